package io.autoinit.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Plays many seeds, some at a time, and looks for the first that breaks a rule. */
public final class Simulation {

  private static final int LANES =
      Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private Simulation() {}

  /** A seed that breaks a rule. */
  record Failure(long seed, Violation violation) {}

  /** The lowest of the seeds that breaks a rule. */
  static Optional<Failure> firstFailure(long first, long count)
      throws InterruptedException, ExecutionException {
    AtomicLong next = new AtomicLong(first);
    AtomicLong lowest = new AtomicLong(first + count);
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try {
      Callable<List<Failure>> lane = () -> play(next, lowest);
      List<Future<List<Failure>>> running = new ArrayList<>();
      for (int i = 0; i < LANES; i++) {
        running.add(lanes.submit(lane));
      }
      List<Failure> all = new ArrayList<>();
      for (Future<List<Failure>> run : running) {
        all.addAll(run.get());
      }
      return all.stream().filter(f -> f.seed() == lowest.get()).findFirst();
    } finally {
      lanes.shutdownNow();
    }
  }

  private static List<Failure> play(AtomicLong next, AtomicLong lowest) {
    List<Failure> found = new ArrayList<>();
    try (Crew crew = new Crew()) {
      for (long seed = next.getAndIncrement();
          seed < lowest.get() && !Thread.currentThread().isInterrupted();
          seed = next.getAndIncrement()) {
        long played = seed;
        Play.of(Scenarios.of(seed), crew, false)
            .violation()
            .ifPresent(
                violation -> {
                  found.add(new Failure(played, violation));
                  lowest.accumulateAndGet(played, Math::min);
                });
      }
    }
    return found;
  }

  /** What a seed's scenario is and what happens in it. */
  static String story(long seed) {
    try (Crew crew = new Crew()) {
      return "Seed " + seed + ": " + story(Scenarios.of(seed), crew);
    }
  }

  private static String story(Scenario scenario, Crew crew) {
    return scenario + String.join("\n", Play.of(scenario, crew, true).story()) + "\n";
  }

  /** All that somebody needs who is to mend it. */
  static String report(Failure failure) {
    try (Crew crew = new Crew()) {
      Scenario shortest =
          new Shrinker(crew, failure.violation().rule()).shortest(Scenarios.of(failure.seed()));
      return "Seed %d: %s%nReplay it with -Dautoinit.simulation.seed=%d. The shortest story found that breaks %s:%n%s"
          .formatted(
              failure.seed(),
              failure.violation(),
              failure.seed(),
              failure.violation().rule().title(),
              story(shortest, crew));
    }
  }

  /**
   * The same for callers that loaded another copy of all these classes.
   *
   * @return empty, or the seed, the rule, how many faults are left and the report
   */
  public static Map<String, String> look(long first, long count, boolean shrink)
      throws InterruptedException, ExecutionException {
    Map<String, String> found = new LinkedHashMap<>();
    Optional<Failure> failure = firstFailure(first, count);
    if (failure.isPresent()) {
      found.put("seed", Long.toString(failure.get().seed()));
      found.put("rule", failure.get().violation().rule().title());
      found.put("report", shrink ? report(failure.get()) : failure.get().toString());
    }
    return found;
  }
}
