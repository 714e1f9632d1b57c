package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

/** What a node waits for before it knows anything. */
class ZooKeeperStartUpTest {

  private static final int ROUNDS = 15;
  private static final Duration MORE = Duration.ofMillis(200);

  /** What takes turns with the other is slow when the other is slow. */
  @Test
  void theFirstAnswerIsNotMuchLaterThanThatOfThePlainClient() throws Exception {
    List<Duration> plain = new ArrayList<>();
    List<Duration> ours = new ArrayList<>();
    try (TestEnsemble server = TestEnsemble.start()) {
      for (int i = 0; i < ROUNDS; i++) {
        plain.add(plain(server));
        ours.add(ours(server));
      }
    }
    Duration medianOfPlain = median(plain);
    Duration medianOfOurs = median(ours);
    System.out.printf(
        "From nothing to the first answer, median of %d: the plain client %.1f ms, the backend %.1f ms%n",
        ROUNDS, medianOfPlain.toNanos() / 1e6, medianOfOurs.toNanos() / 1e6);
    // On a loaded machine all is slower, the plain client too.
    assertThat(medianOfOurs).isLessThan(medianOfPlain.multipliedBy(3).plus(MORE));
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

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
