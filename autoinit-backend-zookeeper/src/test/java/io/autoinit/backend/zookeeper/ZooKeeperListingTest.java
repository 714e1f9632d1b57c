package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lists of many: they do not take as many round trips, and show all that can be shown. */
class ZooKeeperListingTest {

  /** Some times what is asked for at once, and then some. */
  private static final int MANY = 230;

  /** Of each piece, both ways. */
  private static final Duration DELAY = Duration.ofMillis(50);

  /** What the network alone would take if each were asked for after the one before. */
  private static final long ONE_BY_ONE = DELAY.multipliedBy(2L * MANY).toNanos();

  private static TestEnsemble server;

  private final Namespace namespace = new Namespace("many-" + UUID.randomUUID());
  private final RunId run = new RunId("1");

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("MARK-4 two hundred markers are not asked for one by one on a slow network")
  void manyMarkers() {
    try (Backend writer = Records.open(server)) {
      for (int i = 1; i <= MANY; i++) {
        markers(writer).put(marker(namespace, "n" + i, run));
      }
    }
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend reader = Records.open(at(proxy))) {
      MarkerStore store = markers(reader);
      assertThat(store.list(namespace, run).orElseThrow()).hasSize(MANY);
      proxy.delay(DELAY);

      assertThat(nanos(() -> store.list(namespace, run))).isLessThan(ONE_BY_ONE / 2);
    }
  }

  @Test
  @DisplayName("READY-11 two hundred runs are not asked for one by one on a slow network")
  void manyRuns() {
    try (Backend writer = Records.open(server)) {
      for (int i = 1; i <= MANY; i++) {
        readiness(writer).publish(Records.ready(run(i), 1));
      }
    }
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend reader = Records.open(at(proxy))) {
      ReadinessStore store = readiness(reader);
      assertThat(store.runs(namespace).orElseThrow())
          .hasSize(MANY)
          .extracting(Observed::value)
          .contains(Records.ready(run(1), 1), Records.ready(run(MANY), 1));
      proxy.delay(DELAY);

      assertThat(nanos(() -> store.runs(namespace))).isLessThan(ONE_BY_ONE / 2);
    }
  }

  @Test
  @DisplayName("MARK-4 what vanished, is another's or is no marker hides no marker")
  void amongWhatIsNoMarker() {
    try (Backend backend = Records.open(server)) {
      MarkerStore store = markers(backend);
      for (String node : List.of("n1", "n2", "n3", "n4", "n5")) {
        store.put(marker(namespace, node, run));
      }
      assertThat(store.remove(key(namespace, "n2", run))).isTrue();
      spoil("/autoinit/markers/" + namespace + "/n3/" + run);
      hide("/autoinit/markers/" + namespace + "/n4/" + run);

      assertThat(store.list(namespace, run).orElseThrow())
          .extracting(found -> found.key().node().value())
          .containsExactlyInAnyOrder("n1", "n5");
    }
  }

  @Test
  @DisplayName("READY-11 what was cleared, is another's or is no record hides no run")
  void amongWhatIsNoRecord() {
    try (Backend backend = Records.open(server)) {
      ReadinessStore store = readiness(backend);
      for (int i = 1; i <= 5; i++) {
        store.publish(Records.ready(run(i), 1));
      }
      assertThat(store.clear(run(2))).isTrue();
      spoil("/autoinit/readiness/" + namespace + "/3");
      hide("/autoinit/readiness/" + namespace + "/4");

      assertThat(store.runs(namespace).orElseThrow())
          .extracting(found -> found.value().run())
          .containsExactlyInAnyOrder(run(1), run(5));
    }
  }

  private static void spoil(String path) {
    server.asking(zk -> zk.setData(path, "no record".getBytes(StandardCharsets.UTF_8), -1));
  }

  /** Leaves it to a user who is not this one. */
  private static void hide(String path) {
    server.asking(zk -> zk.setACL(path, Collections.singletonList(theirs()), -1));
  }

  private static ACL theirs() {
    try {
      String digest = DigestAuthenticationProvider.generateDigest("somebody:else");
      return new ACL(ZooDefs.Perms.ALL, new Id("digest", digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long nanos(Supplier<?> work) {
    long begun = System.nanoTime();
    assertThat(work.get()).isNotNull();
    return System.nanoTime() - begun;
  }

  private RunKey run(int number) {
    return new RunKey(namespace, new RunId(Integer.toString(number)));
  }

  private static MarkerKey key(Namespace namespace, String node, RunId run) {
    return new MarkerKey(namespace, new NodeId(node), run);
  }

  private static Marker marker(Namespace namespace, String node, RunId run) {
    return new Marker(key(namespace, node, run), "test", Map.of());
  }

  private static Map<String, String> at(TcpProxy proxy) {
    return Records.with(server, Map.of("connect", TestEnsemble.at(proxy.port())));
  }

  private static MarkerStore markers(Backend backend) {
    return backend.markers().orElseThrow();
  }

  private static ReadinessStore readiness(Backend backend) {
    return backend.readiness().orElseThrow();
  }
}
