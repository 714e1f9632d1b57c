package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is told while the server cannot serve (BACKEND-3), and what is warned of. */
class RedisOutageTest {

  @Test
  @DisplayName("BACKEND-3 nobody listens: unavailable at once, with the address")
  void nobodyListens() {
    int port = Redises.unusedPort();
    assertUnavailable(Map.of("url", "redis://127.0.0.1:" + port), "Redis at 127.0.0.1:" + port);
  }

  @Test
  @DisplayName("BACKEND-3 a host that is not known: unavailable, it may come")
  void anUnknownHost() {
    assertUnavailable(Map.of("url", "redis://no-such-host.invalid"), "its name is not known here");
  }

  @Test
  @DisplayName("BACKEND-3 a server that swallows everything: unavailable within the timeouts")
  void aBlackHole() {
    try (TestRedis redis = TestRedis.start()) {
      redis.pause();
      Map<String, String> settings =
          Map.of("url", redis.url(), "connect-timeout", "1s", "command-timeout", "1s");
      assertUnavailable(settings, "did not answer in time");
      long begun = System.nanoTime();
      try (Backend backend = Redises.open(settings);
          Watch watch = backend.readiness().orElseThrow().watch(Redises.freshRun(), hint -> {})) {
        assertThat(watch).isNotNull();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Test
  @DisplayName("BACKEND-3 a replica, and a full server, cannot serve now")
  void aReplicaAndAFullServer() {
    try (TestRedis replica = TestRedis.start("replicaof 127.0.0.1 " + Redises.unusedPort())) {
      assertUnavailable(Map.of("url", replica.url()), "cannot serve now");
    }
    try (TestRedis full = TestRedis.start("maxmemory 100")) {
      assertUnavailable(Map.of("url", full.url()), "cannot serve now");
    }
  }

  @Test
  void aServerThatMayEvictIsWarnedAbout() {
    try (TestRedis redis = TestRedis.start("maxmemory-policy allkeys-lru");
        Backend backend = Redises.open(redis)) {
      assertThat(backend.warnings())
          .singleElement()
          .asString()
          .contains(redis.host() + ":" + redis.port(), "allkeys-lru", "noeviction");
      assertThat(backend.warnings()).hasSize(1);
    }
    try (Backend backend = Redises.open(TestRedis.shared())) {
      assertThat(backend.warnings()).isEmpty();
    }
  }

  @Test
  void replicasAreWarnedAboutWhereLocksAreWanted() {
    try (TestRedis redis = TestRedis.startEmbedded();
        TestRedis replica = TestRedis.startEmbedded("replicaof 127.0.0.1 " + redis.port());
        Backend readinessOnly = Redises.open(redis);
        Backend withLocks = Redises.open(redis)) {
      assertThat(Redises.soon(() -> Redises.command(redis, "INFO").contains("connected_slaves:1")))
          .isTrue();
      assertThat(readinessOnly.warnings()).isEmpty();
      assertThat(withLocks.locks()).isPresent();
      assertThat(withLocks.warnings()).singleElement().asString().contains("replicas");
      assertThat(replica.port()).isNotEqualTo(redis.port());
    }
  }

  private static void assertUnavailable(Map<String, String> settings, String expected) {
    try (Backend backend = Redises.open(settings)) {
      long begun = System.nanoTime();
      assertThatThrownBy(
              () -> backend.locks().orElseThrow().tryAcquire(Redises.freshLock(), Redises.LONG))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining(expected);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    }
  }
}
