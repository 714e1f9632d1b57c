package io.autoinit.cli;

import io.autoinit.InitListener;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.core.AutoInit;
import io.autoinit.core.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Another member of the fleet, whose infrastructure step waits for the test. */
final class Member implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Future<Outcome> outcome;
  private volatile String failure = "";

  private Member(Path config, String host, InitListener listener) {
    this.outcome = thread.submit(() -> infrastructure(config, host, listener));
  }

  static Member start(Path config, String host) {
    return new Member(config, host, event -> {});
  }

  static Member start(Path config, String host, InitListener listener) {
    return new Member(config, host, listener);
  }

  private Outcome infrastructure(Path config, String host, InitListener listener) {
    try (AutoInit start =
        AutoInit.builder()
            .config(config)
            .environment(Map.of("HOSTNAME", host, "PATH", "/usr/bin:/bin"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .step(new Seed())
            .listener(listener)
            .build()) {
      return start.infrastructure();
    }
  }

  private final class Seed implements InitStep {
    @Override
    public String name() {
      return "seed";
    }

    @Override
    public Phase phase() {
      return Phase.INFRASTRUCTURE;
    }

    @Override
    public void run(StepContext context) throws InterruptedException {
      context.progress("COPY 100000");
      if (!ended.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test did not end the step");
      }
      if (!failure.isEmpty()) {
        throw new IllegalStateException(failure);
      }
    }
  }

  /** Lets the step succeed, and waits for the end of the phase. */
  Outcome end() throws Exception {
    ended.countDown();
    return outcome.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
  }

  /** Lets the step fail, and waits for the end of the phase. */
  void fail(String why) throws Exception {
    failure = why;
    ended.countDown();
    until("the phase has failed", outcome::isDone);
  }

  static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never came: " + what);
      }
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
