package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Hint;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisHintsTest {

  private static final Duration PULSE = Duration.ofMillis(500);

  private final RunKey run = Redises.freshRun();
  private final BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();

  @Test
  @DisplayName("READY-5 a heartbeat is told from a change")
  void aHeartbeatIsToldFromAChange() throws InterruptedException {
    try (Backend backend = Redises.open(TestRedis.shared())) {
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch watch = store.watch(run, hints::add)) {
        store.publish(Redises.running(run, 1, "10 rows"));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.running(run, 1, "20 rows"));
        assertThat(next()).isEqualTo(Hint.BEAT);
        store.publish(Redises.inStep(run, 1, "another"));
        assertThat(next()).isEqualTo(Hint.BEAT);
        store.publish(Redises.running(run, 2, "20 rows"));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.ready(run, 2));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.clear(run);
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotSameAs(Watch.NONE);
      }
    }
  }

  @Test
  @DisplayName("READY-5 READY over what was read is told as such, also after heartbeats")
  void readyOverWhatWasReadIsTold() throws InterruptedException {
    try (Backend waiter = Redises.open(TestRedis.shared());
        Backend leader = Redises.open(TestRedis.shared())) {
      ReadinessStore store = leader.readiness().orElseThrow();
      ReadinessStore waiting = waiter.readiness().orElseThrow();
      try (Watch watch = waiting.watch(run, hints::add)) {
        store.publish(Redises.running(run, 1, "10 rows"));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        waiting.poll(run);
        store.publish(Redises.running(run, 1, "20 rows"));
        assertThat(next()).isEqualTo(Hint.BEAT);
        store.publish(Redises.inStep(run, 1, "another"));
        assertThat(next()).isEqualTo(Hint.BEAT);
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.READY);
        assertThat(watch).isNotSameAs(Watch.NONE);
      }
    }
  }

  @Test
  @DisplayName("READY-5 whoever may publish but not read cannot tell READY")
  void aForgedMessageIsAReasonToRead() throws InterruptedException {
    TestRedis redis = TestRedis.shared();
    try (Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.publish(Redises.running(run, 1));
      try (Watch watch = store.watch(run, hints::add)) {
        String revision = store.find(run).orElseThrow().revision();
        for (String forged : List.of("ready", "ready ", "ready *", "READY " + revision, "")) {
          Redises.command(redis, "PUBLISH", "autoinit:ready:" + run, forged);
          assertThat(next()).isEqualTo(Hint.CHANGED);
        }
        assertThat(watch).isNotSameAs(Watch.NONE);
      }
    }
  }

  @Test
  @DisplayName("READY-5 READY of an earlier life of the record, heard late, is a reason to read")
  void aLateReadyIsAReasonToRead() throws InterruptedException {
    TestRedis redis = TestRedis.shared();
    List<String> sent = new CopyOnWriteArrayList<>();
    try (Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.publish(Redises.running(run, 1));
      try (Watch watch = store.watch(run, hints::add);
          AutoCloseable listener = Redises.listen(redis, "autoinit:ready:" + run, sent::add)) {
        store.find(run);
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.READY);
        assertThat(Redises.soon(() -> !sent.isEmpty())).isTrue();
        store.clear(run);
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.running(run, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.find(run);
        Redises.command(redis, "PUBLISH", "autoinit:ready:" + run, sent.get(0));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotSameAs(Watch.NONE);
        assertThat(listener).isNotNull();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  @DisplayName("READY-5 a server killed and started again: both are told, and hints go on")
  void aServerKilledAndStartedAgain() throws InterruptedException {
    try (TestRedis redis = TestRedis.start();
        Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch watch = store.watch(run, hints::add)) {
        assertThat(store.poll(run).again()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        redis.kill();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        redis.restart();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(store.poll(run).again()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("READY-5 without hints the pause is short")
  void withoutHintsThePauseIsShort() {
    try (Backend backend = Redises.open(TestRedis.shared())) {
      ReadinessStore store = backend.readiness().orElseThrow();
      assertThat(store.poll(run).again()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1500));
    }
  }

  @Test
  @DisplayName("READY-5 a watch on a server that comes later hears when it is there")
  void aWatchOnAServerThatComesLater() throws InterruptedException {
    try (TestRedis redis = TestRedis.start();
        Backend backend = Redises.open(redis)) {
      redis.kill();
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch watch = store.watch(run, hints::add)) {
        redis.restart();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("READY-5 a network that dies in silence is noticed, and hints come back")
  void aSilentNetworkIsNoticed() throws Exception {
    TestRedis redis = TestRedis.shared();
    try (TcpProxy proxy = Redises.proxy(redis);
        Backend waiter = Redises.open(Redises.url(proxy), PULSE);
        Backend leader = Redises.open(redis)) {
      ReadinessStore store = leader.readiness().orElseThrow();
      try (Watch watch = waiter.readiness().orElseThrow().watch(run, hints::add)) {
        proxy.blackHole();
        store.publish(Redises.running(run, 1));
        // Nothing passes the wire, so this one tells of the loss.
        assertThat(next()).isEqualTo(Hint.CHANGED);
        proxy.heal();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("READY-5 a quiet subscription that lives is left alone")
  void aQuietSubscriptionIsLeftAlone() throws Exception {
    TestRedis redis = TestRedis.shared();
    try (Backend backend =
        new RedisBackend(
            RedisSettings.of(
                Redises.config(
                    "test", java.util.Map.of("url", redis.url(), "command-timeout", "300ms"))),
            Duration.ofMillis(100))) {
      try (Watch watch = backend.readiness().orElseThrow().watch(run, hints::add)) {
        // Without pings it would be given up after 400 ms, and that would be told.
        assertThat(hints.poll(2, TimeUnit.SECONDS)).isNull();
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("READY-5 a frozen server is noticed, and hints come back")
  void aFrozenServerIsNoticed() throws InterruptedException {
    try (TestRedis redis = TestRedis.start();
        Backend backend = Redises.open(redis.url(), PULSE)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch watch = store.watch(run, hints::add)) {
        redis.pause();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        redis.resume();
        assertThat(next()).isEqualTo(Hint.CHANGED);
        store.publish(Redises.ready(run, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("BACKEND-2 one connection for all watches, none beside it for a waiter, none after")
  void connectionsAreFew() {
    try (TestRedis redis = TestRedis.start()) {
      Backend backend = Redises.open(redis);
      ReadinessStore store = backend.readiness().orElseThrow();
      assertThat(Redises.clients(redis)).isZero();
      Watch first = store.watch(run, hints::add);
      Watch second = store.watch(Redises.freshRun(), hints::add);
      store.find(run);
      assertThat(Redises.clients(redis)).isEqualTo(2);
      store.poll(run);
      assertThat(Redises.soon(() -> Redises.clients(redis) == 1)).isTrue();
      first.close();
      assertThat(Redises.clients(redis)).isEqualTo(1);
      second.close();
      assertThat(Redises.soon(() -> Redises.clients(redis) == 0)).isTrue();
      assertThat(Redises.soon(() -> threads() == 0)).isTrue();
      Watch third = store.watch(run, hints::add);
      store.find(run);
      backend.close();
      backend.close();
      third.close();
      assertThat(Redises.soon(() -> Redises.clients(redis) == 0)).isTrue();
      assertThat(Redises.soon(() -> threads() == 0)).isTrue();
    }
  }

  @Test
  @DisplayName("READY-5 a watch of another run soon after the last one takes its connection over")
  void aConnectionThatLingersIsTakenOver() throws InterruptedException {
    try (TestRedis redis = TestRedis.start();
        Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.watch(run, hints::add).close();
      RunKey other = Redises.freshRun();
      try (Watch watch = store.watch(other, hints::add)) {
        store.publish(Redises.running(other, 1));
        assertThat(next()).isEqualTo(Hint.CHANGED);
        String channels = "autoinit:ready:*";
        assertThat(Redises.soon(() -> Redises.count(redis, "PUBSUB", "CHANNELS", channels) == 1))
            .isTrue();
        assertThat(watch).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("READY-5 a watch opened and closed many times, by many threads, hears in between")
  void watchesComeAndGo() throws Exception {
    try (Backend backend = Redises.open(TestRedis.shared())) {
      ReadinessStore store = backend.readiness().orElseThrow();
      for (int i = 0; i < 30; i++) {
        hints.clear();
        try (Watch watch = store.watch(run, hints::add)) {
          store.publish(Redises.running(run, i + 1));
          assertThat(next()).isEqualTo(Hint.CHANGED);
          assertThat(watch).isNotNull();
        }
      }
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().startsWith("autoinit-redis-"))
        .count();
  }

  private Hint next() throws InterruptedException {
    Hint hint = hints.poll(20, TimeUnit.SECONDS);
    assertThat(hint).as("a hint within 20 s").isNotNull();
    return hint;
  }
}
