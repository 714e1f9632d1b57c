package io.autoinit.backend.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whom a process lets connect, and how fast. */
class GateTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TURNS = 20;
  private static final Duration PACE = Duration.ofMillis(17);

  private final Gate gate = Gate.of("gate-test-" + System.nanoTime());

  @Test
  void turnsThatWereMissedAreNotMadeUpForAtOnce() throws Exception {
    Gate.Pass one = gate.enter(PATIENCE).orElseThrow();
    Gate.Pass other = gate.enter(PATIENCE).orElseThrow();
    ExecutorService threads = Executors.newFixedThreadPool(TURNS);
    try {
      List<Future<Long>> turns = new ArrayList<>();
      for (int i = 0; i < TURNS; i++) {
        turns.add(
            threads.submit(
                () -> {
                  try (Gate.Pass pass = gate.enterInTurn(PATIENCE).orElseThrow()) {
                    assertThat(pass).isNotNull();
                    return System.nanoTime();
                  }
                }));
      }
      one.close();
      other.close();
      List<Long> times = new ArrayList<>();
      for (Future<Long> turn : turns) {
        times.add(turn.get());
      }
      long first = times.stream().mapToLong(Long::longValue).min().orElseThrow();
      long last = times.stream().mapToLong(Long::longValue).max().orElseThrow();
      // Of who came first, the time may be read late.
      assertThat(Duration.ofNanos(last - first))
          .isGreaterThan(PACE.multipliedBy(TURNS - 1).dividedBy(2));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aTurnHasNoMorePatienceWithASilentServerThanAnyLook() {
    try (Gate.Pass one = gate.enter(PATIENCE).orElseThrow();
        Gate.Pass other = gate.enter(PATIENCE).orElseThrow()) {
      assertThat(List.of(one, other)).hasSize(2);
      Optional<Gate.Pass> turn = gate.enterInTurn(Duration.ofMillis(50));
      assertThat(turn).isEmpty();
    }
    gate.enterInTurn(PATIENCE).orElseThrow().close();
  }
}
