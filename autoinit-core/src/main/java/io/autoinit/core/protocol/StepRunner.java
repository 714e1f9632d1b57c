package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.OnFailure;
import io.autoinit.StepFailedException;
import io.autoinit.StepPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs one step under a lease: attempts, pauses, timeout. Watches the lease while the step works,
 * and makes sure that a step which must stop does.
 */
final class StepRunner {

  /** The exit codes of a JVM that is halted because a step does not stop. */
  private static final int STEP_FAILED = 70;

  private static final int LEASE_LOST = 71;
  private static final int TERMINATED = 143;

  private final Start start;
  private final Leadership leadership;

  StepRunner(Start start, Leadership leadership) {
    this.start = start;
    this.leadership = leadership;
  }

  /**
   * Runs a step until it succeeds.
   *
   * @param onFailure what its last failure means, for the story that is told
   * @param started hears of each attempt and of its progress
   * @param stuck told before the JVM is halted because the step ignores its timeout
   * @return how long the attempt that succeeded took
   * @throws StepFailedException if its last attempt failed
   * @throws LeaseLostException if the lease was lost
   */
  Duration run(
      InitStep step,
      OnFailure onFailure,
      Consumer<RunningStep> started,
      Consumer<StepFailedException> stuck)
      throws InterruptedException {
    StepPolicy policy = step.policy();
    for (int attempt = 1; ; attempt++) {
      leadership.requireHeld();
      RunningStep running = new RunningStep(start, leadership, step, attempt, started);
      Optional<StepFailedException> failure = attempt(running, policy, stuck);
      if (failure.isEmpty()) {
        tell(new InitEvent.StepSucceeded(step.phase(), step.name(), running.took()));
        return running.took();
      }
      boolean last = attempt >= policy.attempts();
      Optional<Duration> pause = last ? Optional.empty() : Optional.of(policy.pauseAfter(attempt));
      tell(
          new InitEvent.StepFailed(
              step.phase(), step.name(), attempt, running.reason(), pause, onFailure));
      if (last) {
        throw failure.get();
      }
      rest(pause.orElseThrow());
    }
  }

  private Optional<StepFailedException> attempt(
      RunningStep running, StepPolicy policy, Consumer<StepFailedException> stuck)
      throws InterruptedException {
    InitStep step = running.step();
    tell(new InitEvent.StepStarted(step.phase(), step.name(), running.attempt()));
    running.begin();
    try {
      Duration end =
          policy.timeout().map(t -> running.began().plus(t)).orElse(Duration.ofDays(36_500));
      while (!running.ended()) {
        if (!leadership.held()) {
          cancel(running, LEASE_LOST, "its lease is lost");
          leadership.requireHeld();
        }
        Duration left = end.minus(start.timeline().now());
        if (left.isNegative() || left.isZero()) {
          return Optional.of(overran(running, policy, stuck));
        }
        Duration valid = leadership.validFor();
        leadership.bell().await(valid.compareTo(left) < 0 ? valid : left);
      }
    } catch (InterruptedException e) {
      cancel(running, TERMINATED, "the start was interrupted");
      throw e;
    }
    leadership.requireHeld();
    return running.failure(policy);
  }

  /** A step that overran keeps its lease until it has stopped: nobody may start beside it. */
  private StepFailedException overran(
      RunningStep running, StepPolicy policy, Consumer<StepFailedException> stuck)
      throws InterruptedException {
    String reason = "it ran longer than " + Texts.of(policy.timeout().orElseThrow());
    StepFailedException failure = running.failed(reason, policy, null);
    running.cancel();
    if (running.endsWithin(start.pace().cancelGrace())) {
      return failure;
    }
    tellStuck(running);
    start
        .halt()
        .ifPresent(
            halt -> {
              stuck.accept(failure);
              halt.accept(STEP_FAILED);
            });
    while (!running.ended()) {
      if (!leadership.held()) {
        leadership.requireHeld();
      }
      leadership.bell().await(leadership.validFor());
    }
    return failure;
  }

  /**
   * Stops a step for good. One that does not stop ends the JVM where that is allowed; elsewhere the
   * lease is kept, as long as it can be, until the step has ended.
   */
  private void cancel(RunningStep running, int exitCode, String why) {
    running.cancel();
    running.reason(why);
    boolean interrupted = awaitEnd(running, start.pace().cancelGrace());
    if (!running.ended()) {
      tellStuck(running);
      start.halt().ifPresent(halt -> halt.accept(exitCode));
    }
    while (!running.ended() && leadership.held()) {
      interrupted |= awaitEnd(running, leadership.validFor());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end of a step whatever interrupts the wait; whether something did. */
  private boolean awaitEnd(RunningStep running, Duration atMost) {
    Duration end = start.timeline().now().plus(atMost);
    boolean interrupted = Thread.interrupted();
    while (!running.ended() && start.timeline().now().compareTo(end) < 0) {
      try {
        running.endsWithin(end.minus(start.timeline().now()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private void tellStuck(RunningStep running) {
    tell(
        new InitEvent.StepStuck(
            running.step().phase(),
            running.step().name(),
            start.halt().isPresent()
                ? "this process is halted, so that no successor works beside it"
                : "its thread goes on; the step must honour interrupts or requireHeld()"));
  }

  /** The pause before the next attempt; a lost lease ends it. */
  private void rest(Duration pause) throws InterruptedException {
    Duration end = start.timeline().now().plus(pause);
    while (true) {
      leadership.requireHeld();
      Duration left = end.minus(start.timeline().now());
      if (left.isNegative() || left.isZero()) {
        return;
      }
      Duration valid = leadership.validFor();
      leadership.bell().await(valid.compareTo(left) < 0 ? valid : left);
    }
  }

  private void tell(InitEvent event) {
    start.events().tell(event);
  }
}
