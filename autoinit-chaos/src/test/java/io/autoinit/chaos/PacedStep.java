package io.autoinit.chaos;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A step that works for a while and writes a line down with each beat of its work. */
final class PacedStep implements InitStep {

  /** The time between two beats. */
  static final Duration BEAT = Duration.ofMillis(20);

  /** How a step behaves when it is to stop. */
  enum Manner {
    /** Asks {@link StepContext#requireHeld()} before each beat. */
    ASKS,
    /** Honours interrupts alone. */
    HONOURS_INTERRUPTS,
    /** Ignores interrupts, and works on. */
    IGNORES_INTERRUPTS
  }

  private final String name;
  private final Phase phase;
  private final Duration work;
  private final Manner manner;
  private final Optional<Path> failsWhile;
  private final Scribe scribe;
  private final ProtocolPoints points;

  /**
   * Creates a step.
   *
   * @param failsWhile the step fails at its end while this file is there
   */
  PacedStep(
      String name,
      Phase phase,
      Duration work,
      Manner manner,
      Optional<Path> failsWhile,
      Scribe scribe,
      ProtocolPoints points) {
    this.name = name;
    this.phase = phase;
    this.work = work;
    this.manner = manner;
    this.failsWhile = failsWhile;
    this.scribe = scribe;
    this.points = points;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Phase phase() {
    return phase;
  }

  @Override
  public void run(StepContext context) throws Exception {
    scribe.write(
        "step-began",
        "step",
        name,
        "phase",
        phase,
        "token",
        context.fencingToken(),
        "manner",
        manner);
    String outcome = "stopped";
    try {
      work(context);
      outcome = failsWhile.filter(Files::exists).isPresent() ? "failed" : "done";
    } finally {
      scribe.write("step-ended", "step", name, "token", context.fencingToken(), "how", outcome);
    }
    if (outcome.equals("failed")) {
      throw new IllegalStateException("the step was told to fail");
    }
  }

  private void work(StepContext context) throws InterruptedException {
    long beats = work.toMillis() / BEAT.toMillis();
    for (long beat = 0; beat < beats; beat++) {
      if (beat == beats / 2) {
        points.reach("step." + name + ".middle");
      }
      rest();
      if (manner == Manner.ASKS) {
        context.requireHeld();
      }
      scribe.write("worked", "step", name, "token", context.fencingToken());
    }
  }

  private void rest() throws InterruptedException {
    try {
      TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
    } catch (InterruptedException e) {
      if (manner != Manner.IGNORES_INTERRUPTS) {
        throw e;
      }
    }
  }
}
