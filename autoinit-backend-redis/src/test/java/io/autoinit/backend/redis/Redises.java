package io.autoinit.backend.redis;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/** What the tests of this module do to servers, and the records that they write. */
final class Redises {

  static final Duration LONG = Duration.ofMinutes(10);

  private Redises() {}

  static BackendConfig config(String client, Map<String, String> settings) {
    return BackendConfig.of("redis", client, new RedisBackendProvider(), settings);
  }

  static RedisBackend open(Map<String, String> settings) {
    return new RedisBackend(RedisSettings.of(config("test", settings)));
  }

  static RedisBackend open(TestRedis redis) {
    return open(Map.of("url", redis.url()));
  }

  /** A network before the server. */
  static TcpProxy proxy(TestRedis redis) {
    return TcpProxy.to(redis.host(), redis.port());
  }

  static RedisBackend open(TcpProxy proxy) {
    return open(url(proxy), RedisHints.PULSE);
  }

  static String url(TcpProxy proxy) {
    return "redis://%s:%d".formatted(proxy.host(), proxy.port());
  }

  static RedisBackend open(String url, Duration pulse) {
    return new RedisBackend(RedisSettings.of(config("test", Map.of("url", url))), pulse);
  }

  /** Sends a command on a connection of its own. */
  static String command(TestRedis redis, String... words) {
    return command(redis.port(), words);
  }

  static String command(int port, String... words) {
    try (Connection connection = new Connection(new HostAndPort("127.0.0.1", port))) {
      connection.sendCommand(
          () -> SafeEncoder.encode(words[0]), Arrays.copyOfRange(words, 1, words.length));
      Object reply = connection.getOne();
      return reply instanceof byte[] bytes ? SafeEncoder.encode(bytes) : String.valueOf(reply);
    }
  }

  /** How many entries the server's answer has. */
  static int count(TestRedis redis, String... words) {
    try (Connection connection = new Connection(new HostAndPort("127.0.0.1", redis.port()))) {
      connection.sendCommand(
          () -> SafeEncoder.encode(words[0]), Arrays.copyOfRange(words, 1, words.length));
      return ((List<?>) connection.getOne()).size();
    }
  }

  /** How many clients the server sees, the one that asks left out. */
  static long clients(TestRedis redis) {
    return command(redis, Protocol.Command.CLIENT.name(), "LIST").lines().count() - 1;
  }

  static Optional<String> version(TestRedis redis) {
    return command(redis, "INFO", "server")
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.replace("redis_version:", "Redis "))
        .findFirst();
  }

  static int unusedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LockName freshLock() {
    return LockName.infrastructure(new Namespace("lock-" + UUID.randomUUID()));
  }

  static RunKey freshRun() {
    return new RunKey(Namespace.DEFAULT, new RunId("run-" + UUID.randomUUID()));
  }

  /** Subscribes on a connection of its own; returns once the server has confirmed it. */
  static AutoCloseable listen(TestRedis redis, String channel, Consumer<String> told)
      throws InterruptedException {
    CountDownLatch subscribed = new CountDownLatch(1);
    Jedis connection = new Jedis(redis.host(), redis.port());
    JedisPubSub listener =
        new JedisPubSub() {
          @Override
          public void onSubscribe(String channel, int subscribedChannels) {
            subscribed.countDown();
          }

          @Override
          public void onMessage(String channel, String message) {
            told.accept(message);
          }
        };
    Thread thread = new Thread(() -> connection.subscribe(listener, channel), "listener");
    thread.start();
    subscribed.await();
    return () -> {
      listener.unsubscribe();
      thread.join();
      connection.close();
    };
  }

  /** A leader that has gone on to another step. */
  static Readiness inStep(RunKey run, long token, String step) {
    return new Readiness.Running(
        run,
        token,
        "leader",
        List.of(
            new CompletedStep("migrate", Duration.ofSeconds(3)),
            new CompletedStep("seed", Duration.ofSeconds(1))),
        Optional.of(step),
        2,
        Optional.empty());
  }

  static Readiness running(RunKey run, long token) {
    return running(run, token, "begun");
  }

  static Readiness running(RunKey run, long token, String progress) {
    return new Readiness.Running(
        run,
        token,
        "leader",
        List.of(new CompletedStep("migrate", Duration.ofSeconds(3))),
        Optional.of("seed"),
        1,
        Optional.of(progress));
  }

  static Readiness ready(RunKey run, long token) {
    return new Readiness.Ready(run, token, "leader", List.of());
  }

  /** Asks until the answer is yes, or some seconds are over. */
  static boolean soon(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
