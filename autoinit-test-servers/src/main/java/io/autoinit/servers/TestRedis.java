package io.autoinit.servers;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.ContainerFetchException;

/**
 * A real Redis server for tests and examples. It keeps its address over {@link #stop}, {@link
 * #kill} and {@link #restart}, but forgets its data unless its configuration says otherwise.
 * Whatever still runs at the end of the JVM is ended then. Safe for use by any thread.
 *
 * <p>The image of the Docker way is {@code -Dautoinit.test.redis.image}, by default {@code
 * redis:7-alpine}; see {@link ServerChoice} for the choice. Without Docker {@code
 * -Dautoinit.test.redis.binary} names another {@code redis-server} than the packaged one.
 */
public final class TestRedis implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TestRedis.class);
  private static final Set<TestRedis> OPEN = ConcurrentHashMap.newKeySet();
  private static @Nullable TestRedis shared;

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> OPEN.forEach(TestRedis::close), "end-of-test-redis"));
  }

  private final RedisServer server;

  private TestRedis(RedisServer server) {
    this.server = server;
    OPEN.add(this);
  }

  /**
   * Starts a server.
   *
   * @param config lines of its configuration file, for example {@code requirepass secret}
   * @return the server, to be closed by the caller
   */
  public static TestRedis start(String... config) {
    List<String> lines = List.of(config);
    if (ServerChoice.current() == ServerChoice.DOCKER) {
      try {
        return started(new ContainerRedisServer(lines));
      } catch (ContainerFetchException e) {
        if (!ServerChoice.isFree()) {
          throw e;
        }
        LOG.info(
            "The image {} is not to be had, so Redis comes from packaged binaries: {}",
            ContainerRedisServer.IMAGE,
            e.getMessage());
      }
    }
    return started(new EmbeddedRedisServer(lines));
  }

  /**
   * Starts a server from packaged binaries whatever was chosen: for servers that tell each other
   * their addresses, which containers cannot do.
   *
   * @param config lines of its configuration file
   * @return the server, to be closed by the caller
   */
  public static TestRedis startEmbedded(String... config) {
    return started(new EmbeddedRedisServer(List.of(config)));
  }

  private static TestRedis started(RedisServer server) {
    long begun = System.nanoTime();
    try {
      server.start();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    LOG.info(
        "Redis from {} at {}:{}, up in {} ms",
        server.origin(),
        server.host(),
        server.port(),
        (System.nanoTime() - begun) / 1_000_000);
    return new TestRedis(server);
  }

  /**
   * One server for all tests of this JVM that do not hurt it. It ends with the JVM.
   *
   * @return the server; not to be stopped or closed
   */
  public static synchronized TestRedis shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /**
   * Where the server listens.
   *
   * @return the host
   */
  public String host() {
    return server.host();
  }

  /**
   * Where the server listens, the same for its whole life.
   *
   * @return the port
   */
  public int port() {
    return server.port();
  }

  /**
   * Where the server listens.
   *
   * @return a {@code redis://} URL without credentials
   */
  public String url() {
    return "redis://%s:%d".formatted(host(), port());
  }

  /** Stops the server, disconnecting everybody. */
  public void stop() {
    server.stop();
  }

  /** Ends the server at once, as a power cut does. */
  public void kill() {
    server.kill();
  }

  /** Starts the server again at the same address. */
  public void restart() {
    server.stop();
    server.start();
  }

  /** Freezes the server: its connections stay, and nothing answers. */
  public void pause() {
    server.pause();
  }

  /** Lets a frozen server go on. */
  public void resume() {
    server.resume();
  }

  /** Ends the server. Idempotent. */
  @Override
  public void close() {
    if (OPEN.remove(this)) {
      server.close();
    }
  }
}
