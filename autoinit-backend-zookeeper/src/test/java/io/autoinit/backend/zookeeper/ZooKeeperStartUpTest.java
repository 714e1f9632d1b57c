package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

/** What a node waits for before it knows anything. */
class ZooKeeperStartUpTest {

  private static final int ROUNDS = 15;
  private static final int MOST_ROUNDS = 60;
  private static final Duration MORE = Duration.ofMillis(200);

  /** What takes turns with the other is slow when the other is slow. */
  @Test
  void theFirstAnswerIsNotMuchLaterThanThatOfThePlainClient() throws Exception {
    List<Duration> plain = new ArrayList<>();
    List<Duration> ours = new ArrayList<>();
    try (TestEnsemble server = TestEnsemble.start()) {
      // The least of each is what the work costs; on a loaded machine it takes more to see it.
      for (int i = 0; i < MOST_ROUNDS && (i < ROUNDS || isSlower(ours, plain)); i++) {
        plain.add(plain(server));
        ours.add(ours(server));
      }
    }
    System.out.printf(
        "From nothing to the first answer, least of %d: the plain client %.1f ms, the backend %.1f ms%n",
        ours.size(), least(plain).toNanos() / 1e6, least(ours).toNanos() / 1e6);
    assertThat(least(ours)).isLessThan(least(plain).plus(MORE));
  }

  private static boolean isSlower(List<Duration> ours, List<Duration> plain) {
    return least(ours).compareTo(least(plain).plus(MORE)) >= 0;
  }

  private static Duration ours(TestEnsemble server) {
    long start = System.nanoTime();
    try (Backend backend = Records.open(server)) {
      assertThat(backend.readiness().orElseThrow().find(Records.freshRun())).isEmpty();
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  @SuppressWarnings("try") // Its close may be interrupted, as the rest of this may.
  private static Duration plain(TestEnsemble server) throws Exception {
    long start = System.nanoTime();
    CountDownLatch connected = new CountDownLatch(1);
    try (ZooKeeper zk = new ZooKeeper(server.connect(), 3_000, event -> connected.countDown())) {
      assertThat(connected.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(zk.exists("/nothing", false)).isNull();
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private static Duration least(List<Duration> times) {
    return Collections.min(times);
  }
}
