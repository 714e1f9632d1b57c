package io.autoinit.backend.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Whom a process lets connect, and how fast. */
class GateTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TURNS = 20;
  private static final int NODES = 30;
  private static final Duration NODE_PACE = Duration.ofMillis(50);
  private static final Duration PHASE = Duration.ofMillis(20);
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
  void aLongNodePhaseIsFollowedByOneAfterTheOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try (Gate.Pass longest = gate.enterAsNode().orElseThrow()) {
      assertThat(longest).isNotNull();
      List<Future<Long>> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(
            threads.submit(
                () -> {
                  try (Gate.Pass pass = gate.enterAsNode().orElseThrow()) {
                    assertThat(pass).isNotNull();
                    return System.nanoTime();
                  }
                }));
      }
      List<Long> times = new ArrayList<>();
      for (Future<Long> node : nodes) {
        times.add(node.get());
      }
      long first = times.stream().mapToLong(Long::longValue).min().orElseThrow();
      long last = times.stream().mapToLong(Long::longValue).max().orElseThrow();
      assertThat(Duration.ofNanos(last - first))
          .isGreaterThan(NODE_PACE.multipliedBy(NODES - 1).dividedBy(2));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theStandstillOfAProcessIsNoLongPhase() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Nodes.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("the others wait");
      signal(process, "STOP");
      // The fault itself: longer than a phase may be that others wait for.
      assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();
      signal(process, "CONT");
      try (OutputStream go = process.getOutputStream()) {
        go.write('\n');
      }
      // One of them may have been about to go on.
      assertThat(lines.readLine()).isIn("at once: 1", "at once: 2");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void whoIsToldToStopLeavesTheLine() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Gate.Pass longest = gate.enterAsNode().orElseThrow()) {
      assertThat(longest).isNotNull();
      List<Future<Boolean>> left = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        left.add(
            threads.submit(
                () -> gate.enterAsNode().isEmpty() && Thread.currentThread().isInterrupted()));
      }
      // Both the next one and who is behind it.
      threads.shutdownNow();
      for (Future<Boolean> one : left) {
        assertThat(one.get()).isTrue();
      }
    }
    gate.enterAsNode().orElseThrow().close();
  }

  private static void signal(Process process, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** A process with many nodes, one of which is in its phase while the others wait for it. */
  static final class Nodes {

    private Nodes() {}

    public static void main(String[] arguments) throws Exception {
      Gate gate = Gate.of("gate-test");
      AtomicInteger within = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch waiting = new CountDownLatch(NODES);
      Gate.Pass first = gate.enterAsNode().orElseThrow();
      ExecutorService threads = Executors.newFixedThreadPool(NODES);
      for (int i = 0; i < NODES; i++) {
        threads.execute(
            () -> {
              waiting.countDown();
              Gate.Pass pass = gate.enterAsNode().orElseThrow();
              most.accumulateAndGet(within.incrementAndGet(), Math::max);
              LockSupport.parkNanos(PHASE.toNanos());
              within.decrementAndGet();
              pass.close();
            });
      }
      waiting.await();
      System.out.println("the others wait");
      if (System.in.read() < 0) {
        return;
      }
      first.close();
      threads.shutdown();
      if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
        System.out.println("at once: " + most);
      }
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
