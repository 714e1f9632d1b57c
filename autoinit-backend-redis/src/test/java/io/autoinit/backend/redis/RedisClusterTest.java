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
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A real Redis Cluster of three masters, so that keys live on other nodes than the one first asked.
 * Always from the packaged binary, as nodes in containers do not know their outer addresses.
 */
class RedisClusterTest {

  private static final int SLOTS = 16_384;

  private static final List<TestRedis> NODES = new ArrayList<>();

  @BeforeAll
  static void start() {
    for (int i = 0; i < 3; i++) {
      NODES.add(TestRedis.startEmbedded("cluster-enabled yes"));
    }
    for (int i = 0; i < 3; i++) {
      int port = NODES.get(i).port();
      Redises.command(port, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
      List<String> add = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(SLOTS * i / 3, SLOTS * (i + 1) / 3).forEach(s -> add.add("" + s));
      Redises.command(port, add.toArray(String[]::new));
      Redises.command(port, "CLUSTER", "MEET", "127.0.0.1", Integer.toString(NODES.get(0).port()));
    }
    assertThat(
            Redises.soon(
                () ->
                    NODES.stream()
                        .map(node -> Redises.command(node, "CLUSTER", "INFO"))
                        .allMatch(
                            info ->
                                info.contains("cluster_state:ok")
                                    && info.contains("cluster_known_nodes:3"))))
        .isTrue();
  }

  @AfterAll
  static void stop() {
    NODES.forEach(TestRedis::close);
  }

  @Test
  void locksReadinessAndMarkersWorkOnEveryNode() throws InterruptedException {
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (Backend backend = Redises.open(settings());
        Backend other = Redises.open(settings())) {
      LockProvider locks = backend.locks().orElseThrow();
      ReadinessStore store = backend.readiness().orElseThrow();
      ReadinessStore theirs = other.readiness().orElseThrow();
      for (int i = 0; i < 12; i++) {
        LockName name = Redises.freshLock();
        Lease lease = locks.tryAcquire(name, Redises.LONG).orElseThrow();
        assertThat(other.locks().orElseThrow().tryAcquire(name, Redises.LONG)).isEmpty();
        assertThat(lease.renew()).isTrue();
        lease.close();

        RunKey run = Redises.freshRun();
        try (Watch watch = theirs.watch(run, hints::add)) {
          assertThat(store.publish(Redises.ready(run, lease.token()))).isTrue();
          assertThat(hints.poll(10, TimeUnit.SECONDS)).isEqualTo(Hint.CHANGED);
          assertThat(theirs.poll(run).found()).isPresent();
          assertThat(watch).isNotNull();
        }
        hints.clear();
        MarkerKey key = new MarkerKey(Namespace.DEFAULT, new NodeId("n"), run.runId());
        backend.markers().orElseThrow().put(new Marker(key, "me", Map.of()));
        assertThat(other.markers().orElseThrow().find(key)).isPresent();
      }
      assertThat(backend.warnings()).isEmpty();
    }
    assertThat(NODES)
        .allSatisfy(node -> assertThat(Redises.command(node, "DBSIZE")).isNotEqualTo("0"));
  }

  @Test
  @DisplayName("READY-11, MARK-4 what the nodes of a cluster keep is listed together")
  void whatTheNodesKeepIsListedTogether() {
    Namespace namespace = new Namespace("listed");
    try (Backend backend = Redises.open(settings());
        Backend other = Redises.open(settings())) {
      List<Marker> markers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        RunKey run = new RunKey(namespace, new RunId("r" + i));
        backend.readiness().orElseThrow().publish(Redises.ready(run, 1));
        MarkerKey key = new MarkerKey(namespace, new NodeId("n" + i), new RunId("r0"));
        markers.add(new Marker(key, "me", Map.of()));
        backend.markers().orElseThrow().put(markers.get(i));
      }
      assertThat(
              IntStream.range(0, 12)
                  .map(i -> JedisClusterCRC16.getSlot("autoinit:ready:listed:r" + i) * 3 / SLOTS)
                  .distinct())
          .as("each node keeps some")
          .hasSize(3);
      assertThat(other.readiness().orElseThrow().runs(namespace).orElseThrow())
          .extracting(seen -> seen.value().run().runId().value())
          .containsExactlyInAnyOrder(
              IntStream.range(0, 12).mapToObj(i -> "r" + i).toArray(String[]::new));
      assertThat(other.markers().orElseThrow().list(namespace, new RunId("r0")).orElseThrow())
          .containsExactlyInAnyOrderElementsOf(markers);
    }
  }

  @Test
  @DisplayName("BACKEND-3 a cluster that is not said to be one is refused, naming the setting")
  void aClusterThatIsNotSaidToBeOne() {
    try (Backend backend = Redises.open(NODES.get(0))) {
      ReadinessStore store = backend.readiness().orElseThrow();
      assertThatThrownBy(() -> IntStream.range(0, 50).forEach(i -> store.find(Redises.freshRun())))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("set autoinit.backends.redis.cluster = true");
    }
  }

  @Test
  @DisplayName("BACKEND-3 wrong credentials of a cluster are refused, an absent one is unavailable")
  void wrongCredentialsAndAbsence() {
    RunKey run = Redises.freshRun();
    try (Backend wrong =
            Redises.open(
                Map.of(
                    "url",
                    "redis://nobody:s3cr3t@127.0.0.1:" + NODES.get(0).port(),
                    "cluster",
                    "true"));
        Backend absent =
            Redises.open(
                Map.of("url", "redis://127.0.0.1:" + Redises.unusedPort(), "cluster", "true"))) {
      assertThatThrownBy(() -> wrong.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("refused the user or the password");
      assertThatThrownBy(() -> absent.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("Redis Cluster at 127.0.0.1:");
    }
  }

  private static Map<String, String> settings() {
    String nodes =
        NODES.stream().map(n -> "127.0.0.1:" + n.port()).collect(Collectors.joining(","));
    return Map.of("url", "redis://" + nodes, "cluster", "true");
  }
}
