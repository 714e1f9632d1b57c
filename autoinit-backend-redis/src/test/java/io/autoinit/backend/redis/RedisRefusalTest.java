package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may, who may not, and what they are told (BACKEND-3). */
class RedisRefusalTest {

  private static final String SECRET = "0pen-s3same";
  private static final String KEYS = " resetchannels ~autoinit:* &autoinit:* -@all ";

  private static TestRedis redis;

  private final RunKey run = Redises.freshRun();

  @BeforeAll
  static void start() {
    redis =
        TestRedis.start(
            "requirepass " + SECRET,
            "user least on >" + SECRET + KEYS + RedisErrors.ACL_COMMANDS,
            "user numbered on >" + SECRET + KEYS + RedisErrors.ACL_COMMANDS + " +select",
            "user mute on >" + SECRET + KEYS + "+eval +evalsha +time +hmget +hset +hdel +pexpire",
            "user deaf on >" + SECRET + KEYS + "+eval +evalsha +time +hmget",
            "user elsewhere on >"
                + SECRET
                + " resetchannels ~other:* &other:* -@all "
                + RedisErrors.ACL_COMMANDS);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Test
  @DisplayName("a user with the documented rights and no more can do everything")
  void theDocumentedRightsSuffice() throws InterruptedException {
    everythingWorks(Map.of("url", url("least:" + SECRET)));
  }

  @Test
  void anotherDatabaseWorks() throws InterruptedException {
    everythingWorks(Map.of("url", url("numbered:" + SECRET) + "/3"));
    everythingWorks(
        Map.of(
            "host",
            redis.host(),
            "port",
            Integer.toString(redis.port()),
            "user",
            "numbered",
            "password",
            SECRET,
            "database",
            "3"));
  }

  private void everythingWorks(Map<String, String> settings) throws InterruptedException {
    RunKey fresh = Redises.freshRun();
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    MarkerKey key = new MarkerKey(Namespace.DEFAULT, new NodeId("web-1"), fresh.runId());
    try (Backend backend = Redises.open(settings)) {
      LockProvider locks = backend.locks().orElseThrow();
      assertThat(backend.warnings()).isEmpty();
      try (var lease = locks.tryAcquire(Redises.freshLock(), Redises.LONG).orElseThrow()) {
        assertThat(lease.renew()).isTrue();
      }
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch first = store.watch(fresh, hints::add);
          Watch second = store.watch(Redises.freshRun(), hint -> {})) {
        assertThat(second).isNotSameAs(first);
        assertThat(store.publish(Redises.ready(fresh, 1))).isTrue();
        assertThat(hints.poll(10, TimeUnit.SECONDS)).isEqualTo(Hint.CHANGED);
        assertThat(store.poll(fresh).found()).isPresent();
      }
      assertThat(store.clear(fresh)).isTrue();
      backend.markers().orElseThrow().put(new Marker(key, "me", Map.of()));
      assertThat(backend.markers().orElseThrow().find(key)).isPresent();
      assertThat(backend.markers().orElseThrow().remove(key)).isTrue();
    }
  }

  @Test
  @DisplayName("BACKEND-3 a wrong password is refused at once, naming the setting")
  void aWrongPassword() {
    assertRefused(
        Map.of("url", redis.url(), "password", "wr0ng"),
        "refused the password (autoinit.backends.redis.password)",
        "wr0ng");
    assertRefused(
        Map.of("url", url(":wr0ng")),
        "refused the password (autoinit.backends.redis.url)",
        "wr0ng");
    assertRefused(Map.of("url", url("nobody:wr0ng")), "refused the user or the password", "wr0ng");
  }

  @Test
  @DisplayName("BACKEND-3 a missing password is refused, naming the setting")
  void aMissingPassword() {
    assertRefused(
        Map.of("url", redis.url()), "wants a password: set autoinit.backends.redis.password", "-");
  }

  @Test
  @DisplayName("BACKEND-3 a password that the server does not know of is refused")
  void aPasswordTooMuch() {
    assertRefused(
        Map.of("url", TestRedis.shared().url(), "password", "wr0ng"),
        "has no password for its default user",
        "wr0ng");
  }

  @Test
  @DisplayName("BACKEND-3 a missing right is refused, with the rule that grants it")
  void aMissingRight() {
    assertRefused(
        Map.of("url", url("elsewhere:" + SECRET)),
        "ACL SETUSER elsewhere ~autoinit:* ~autoinit:ready:* &autoinit:ready:* +eval",
        SECRET);
    try (Backend mute = Redises.open(Map.of("url", url("mute:" + SECRET)))) {
      Throwable thrown =
          catchThrowable(() -> mute.readiness().orElseThrow().publish(Redises.ready(run, 1)));
      assertRefusal(thrown, "does not permit its user what autoinit needs", SECRET);
      assertThat(mute.warnings()).isEmpty();
    }
    try (Backend deaf = Redises.open(Map.of("url", url("deaf:" + SECRET)))) {
      ReadinessStore store = deaf.readiness().orElseThrow();
      assertRefusal(catchThrowable(() -> store.watch(run, hint -> {})), "subscribe", SECRET);
    }
  }

  @Test
  @DisplayName("BACKEND-3 a database that is not there is refused, naming the setting")
  void aMissingDatabase() {
    assertRefused(
        Map.of("url", TestRedis.shared().url() + "/99"),
        "has no database 99 (autoinit.backends.redis.database)",
        "-");
  }

  @Test
  @DisplayName("BACKEND-3 a server without cluster mode is refused as a cluster")
  void noCluster() {
    assertRefused(
        Map.of("url", TestRedis.shared().url(), "cluster", "true"),
        "is no Redis Cluster: take autoinit.backends.redis.cluster away",
        "-");
  }

  @Test
  @DisplayName("BACKEND-3 a server that repeats the password in its error: nobody sees it")
  void aServerThatRepeatsThePassword() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> repeatThePassword(socket));
      server.setDaemon(true);
      server.start();
      assertRefused(
          Map.of("url", "redis://:" + SECRET + "@127.0.0.1:" + socket.getLocalPort()),
          "autoinit needs Redis 6.2 or later",
          SECRET);
    }
  }

  private static void repeatThePassword(ServerSocket socket) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client.getInputStream().read(new byte[1024]);
        client
            .getOutputStream()
            .write(
                "-ERR unknown command `AUTH`, with args beginning with: `%s`, \r\n"
                    .formatted(SECRET)
                    .getBytes(StandardCharsets.US_ASCII));
        client.getInputStream().read(new byte[1024]);
      } catch (IOException e) {
        // One client more, or the end of the test.
      }
    }
  }

  private void assertRefused(Map<String, String> settings, String expected, String secret) {
    long begun = System.nanoTime();
    try (Backend backend = Redises.open(settings)) {
      assertRefusal(
          catchThrowable(() -> backend.readiness().orElseThrow().find(run)), expected, secret);
      assertRefusal(
          catchThrowable(
              () -> backend.locks().orElseThrow().tryAcquire(Redises.freshLock(), Redises.LONG)),
          expected,
          secret);
      assertRefusal(
          catchThrowable(() -> backend.readiness().orElseThrow().watch(run, hint -> {})),
          settings.containsKey("cluster") ? "" : expected,
          secret);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  private static void assertRefusal(Throwable thrown, String expected, String secret) {
    if (thrown == null && expected.isEmpty()) {
      return;
    }
    assertThat(thrown)
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining("Redis")
        .hasMessageContaining(expected);
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    if (secret.length() > 1) {
      assertThat(trace.toString()).doesNotContain(secret);
    }
  }

  private static String url(String credentials) {
    return "redis://%s@%s:%d".formatted(credentials, redis.host(), redis.port());
  }
}
