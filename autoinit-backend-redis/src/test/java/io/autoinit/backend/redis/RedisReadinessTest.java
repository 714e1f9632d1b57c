package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisReadinessTest {

  private final TestRedis redis = TestRedis.shared();
  private final RunKey run = Redises.freshRun();

  @Test
  void readinessLivesUnderThePrefixAndTheRunId() {
    RunKey other = new RunKey(new Namespace("shop"), run.runId());
    try (Backend backend =
        Redises.open(Map.of("url", redis.url(), "readiness-key-prefix", "my:ready"))) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.publish(Redises.ready(run, 1));
      store.publish(Redises.ready(other, 1));
      assertThat(Redises.command(redis, "EXISTS", "my:ready:" + run.runId())).isEqualTo("1");
      assertThat(Redises.command(redis, "EXISTS", "my:ready:shop:" + run.runId())).isEqualTo("1");
    }
  }

  @Test
  void recordsDoNotExpire() {
    try (Backend backend = Redises.open(redis)) {
      backend.readiness().orElseThrow().publish(Redises.ready(run, 1));
      assertThat(Redises.command(redis, "PTTL", "autoinit:ready:" + run)).isEqualTo("-1");
    }
  }

  @Test
  void markersLiveUnderNamespaceNodeAndRun() {
    MarkerKey key =
        new MarkerKey(Namespace.DEFAULT, new NodeId("web-1"), new RunId(run.runId().value()));
    try (Backend backend = Redises.open(Map.of("url", redis.url(), "key-prefix", "mine"))) {
      backend.markers().orElseThrow().put(new Marker(key, "me", Map.of()));
      assertThat(Redises.command(redis, "EXISTS", "mine:marker:default:web-1:" + run.runId()))
          .isEqualTo("1");
    }
  }

  @Test
  @DisplayName("READY-2 tokens are compared exactly, beyond what Lua's numbers hold")
  void bigTokensAreComparedExactly() {
    try (Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      assertThat(store.publish(Redises.running(run, Long.MAX_VALUE - 1))).isTrue();
      assertThat(store.publish(Redises.running(run, Long.MAX_VALUE - 2))).isFalse();
      assertThat(store.publish(Redises.running(run, 9))).isFalse();
      assertThat(store.publish(Redises.running(run, Long.MAX_VALUE))).isTrue();
    }
  }

  @Test
  @DisplayName("READY-3 a publish of READY whose answer was lost is found, not doubled")
  void theAnswerToAPublishIsLost() throws Exception {
    try (TcpProxy proxy = Redises.proxy(redis);
        Backend cut = Redises.open(proxy)) {
      ReadinessStore store = cut.readiness().orElseThrow();
      assertThat(store.find(run)).isEmpty();
      proxy.loseReply(1);
      assertThatThrownBy(() -> store.publish(Redises.ready(run, 3)))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(store.find(run).map(Observed::value)).contains(Redises.ready(run, 3));
    }
  }

  @Test
  void theSameWriteAskedForTwiceIsDoneOnce() {
    try (RedisBackend backend = Redises.open(redis)) {
      String key = "autoinit:ready:" + run;
      String text = Redises.ready(run, 3).toText();
      String[] write = {"revision-1", "3", "1", text, "gist", "*"};
      assertThat(backend.store().yes(Script.READINESS_PUBLISH, key, write)).isTrue();
      assertThat(backend.store().yes(Script.READINESS_PUBLISH, key, write)).isTrue();
      write[0] = "revision-2";
      assertThat(backend.store().yes(Script.READINESS_PUBLISH, key, write)).isFalse();
      String lock = "autoinit:lock:" + run;
      String[] acquire = {"holder-1", "client", "600000000", "600000"};
      Optional<Object> token = backend.store().run(Script.LOCK_ACQUIRE, lock, acquire);
      assertThat(token).isPresent();
      assertThat(backend.store().run(Script.LOCK_ACQUIRE, lock, acquire)).isEqualTo(token);
    }
  }

  @Test
  @DisplayName("BACKEND-3 what somebody else keeps under a key is refused, naming the key")
  void somebodyElsesKey() {
    try (Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      Redises.command(redis, "SET", "autoinit:ready:" + run, "mine");
      assertThatThrownBy(() -> store.find(run))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("holds something else under a key of autoinit");
      Redises.command(redis, "DEL", "autoinit:ready:" + run);
      Redises.command(
          redis, "HSET", "autoinit:ready:" + run, "revision", "r", "written", "1", "text", "t");
      assertThatThrownBy(() -> store.find(run))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("autoinit:ready:" + run);
    }
  }

  @Test
  void aScriptThatTheServerForgotIsSentAgain() {
    try (Backend backend = Redises.open(redis)) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.publish(Redises.running(run, 1));
      Redises.command(redis, "SCRIPT", "FLUSH");
      Readiness ready = Redises.ready(run, 1);
      assertThat(store.publish(ready)).isTrue();
      assertThat(store.find(run).map(Observed::value)).contains(ready);
    }
  }
}
