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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
  void whatCannotBeReadIsLeftOutOfListsAndHidesNoOther() {
    Namespace namespace = new Namespace("listed-" + UUID.randomUUID());
    RunKey listed = new RunKey(namespace, new RunId("a"));
    MarkerKey key = new MarkerKey(namespace, new NodeId("web-1"), listed.runId());
    String readiness = "autoinit:ready:" + namespace;
    String markers = "autoinit:marker:" + namespace;
    try (Backend backend = Redises.open(redis)) {
      backend.readiness().orElseThrow().publish(Redises.ready(listed, 1));
      backend.markers().orElseThrow().put(new Marker(key, "me", Map.of()));
      Redises.command(
          redis, "HSET", readiness + ":b", "revision", "1", "text", "what?", "written", "1");
      Redises.command(redis, "HSET", readiness + ":no name", "revision", "1");
      Redises.command(redis, "SET", readiness + ":d", "no hash");
      Redises.command(redis, "SET", markers + ":web-2:a", "what?");
      Redises.command(redis, "SET", markers + ":no name:a", "what?");
      Redises.command(redis, "HSET", markers + ":web-3:a", "no", "string");
      assertThat(backend.readiness().orElseThrow().runs(namespace).orElseThrow())
          .extracting(Observed::value)
          .containsExactly(Redises.ready(listed, 1));
      assertThat(backend.markers().orElseThrow().list(namespace, listed.runId()))
          .contains(List.of(new Marker(key, "me", Map.of())));
    }
  }

  @Test
  void signsThatMeanMoreInAPatternAreTakenAsTheyAre() {
    try (Backend odd =
            Redises.open(Map.of("url", redis.url(), "readiness-key-prefix", "[a-z]*?\\^:ready"));
        Backend other =
            Redises.open(Map.of("url", redis.url(), "readiness-key-prefix", "b:ready"))) {
      other.readiness().orElseThrow().publish(Redises.ready(run, 1));
      assertThat(odd.readiness().orElseThrow().runs(run.namespace())).contains(List.of());
      odd.readiness().orElseThrow().publish(Redises.ready(run, 2));
      assertThat(odd.readiness().orElseThrow().runs(run.namespace()).orElseThrow())
          .extracting(Observed::value)
          .containsExactly(Redises.ready(run, 2));
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
