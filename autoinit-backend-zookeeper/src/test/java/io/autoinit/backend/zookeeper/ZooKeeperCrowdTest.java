package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Ninety nodes on one host. */
class ZooKeeperCrowdTest {

  private static final int NODES = 90;

  /** What a server takes from one address if nobody says otherwise. */
  private static final int STANDARD_LIMIT = 60;

  private final List<Backend> nodes = new ArrayList<>();
  private final RunKey run = Records.freshRun();

  @AfterEach
  void leave() {
    together(List.copyOf(nodes), Backend::close);
  }

  @Test
  void aNodeHasOneConnection() {
    try (TestEnsemble server = TestEnsemble.start()) {
      assertThat(server.connections()).isZero();
      Backend backend = enter(server, "20s");
      Lease lease =
          backend.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG).orElseThrow();
      readiness(backend).watch(run, hint -> {});
      readiness(backend).publish(Records.running(run, 1, "1 %"));
      readiness(backend).poll(run);
      assertThat(lease.renew()).isTrue();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("BACKEND-3 more nodes than the limit: the message names it, and who waits gets in")
  void overTheLimit() throws InterruptedException {
    try (TestEnsemble server = TestEnsemble.startAsStandard()) {
      enterTogether(server, STANDARD_LIMIT);
      CountDownLatch in = new CountDownLatch(NODES - STANDARD_LIMIT);
      List<Backend> early = List.copyOf(nodes);
      for (int i = STANDARD_LIMIT; i < NODES; i++) {
        Backend late = enter(server, "1s");
        startNode(() -> waitAtTheDoor(late, in));
      }
      Backend last = enter(server, "1s");
      assertThatThrownBy(() -> readiness(last).find(run))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("raise its maxClientCnxns");
      assertThat(in.getCount()).isEqualTo(NODES - STANDARD_LIMIT);
      together(early, Backend::close);
      assertThat(in.await(90, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void withinALimitThatWasRaised() {
    try (TestEnsemble server = TestEnsemble.start(NODES + 1)) {
      enterTogether(server, NODES);
      Optional<Lease> lease =
          nodes.get(0).locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG);
      assertThat(lease).isPresent();
      assertThat(readiness(nodes.get(0)).publish(Records.ready(run, 1))).isTrue();
      together(nodes, node -> assertThat(readiness(node).find(run)).isPresent());
      assertThat(server.connections()).isEqualTo(NODES);
    }
  }

  /** As those do who wait for readiness: asks again for as long as the store is unavailable. */
  private void waitAtTheDoor(Backend late, CountDownLatch in) {
    boolean entered = Records.soon(() -> answers(late));
    if (entered) {
      in.countDown();
    }
  }

  private boolean answers(Backend backend) {
    try {
      return readiness(backend).find(run).isEmpty();
    } catch (BackendUnavailableException e) {
      return false;
    }
  }

  private void enterTogether(TestEnsemble server, int count) {
    for (int i = 0; i < count; i++) {
      enter(server, "60s");
    }
    together(nodes, node -> assertThat(readiness(node).find(run)).isEmpty());
  }

  private static void together(List<Backend> nodes, Consumer<Backend> what) {
    List<CompletableFuture<Void>> all =
        nodes.stream()
            .map(
                node ->
                    CompletableFuture.runAsync(
                        () -> what.accept(node), ZooKeeperCrowdTest::startNode))
            .toList();
    all.forEach(CompletableFuture::join);
  }

  private static void startNode(Runnable work) {
    Thread thread = new Thread(work, "test-node");
    thread.setDaemon(true);
    thread.start();
  }

  private Backend enter(TestEnsemble server, String connectTimeout) {
    Backend backend = Records.open(Records.with(server, Map.of("connect-timeout", connectTimeout)));
    nodes.add(backend);
    return backend;
  }

  private static ReadinessStore readiness(Backend backend) {
    return backend.readiness().orElseThrow();
  }
}
