package io.autoinit.core.protocol;

import io.autoinit.AutoInitException;
import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.StepFailedException;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a leader of the infrastructure phase does under its lease: the steps, each recorded, then
 * READY.
 */
final class InfrastructureWork {

  private final Start start;
  private final Leadership leadership;
  private final List<InitStep> steps;
  private final List<CompletedStep> completed;
  private final Duration began;
  private String inWork = "infrastructure";
  private int ran;
  private int skipped;
  private int failed;

  InfrastructureWork(
      Start start,
      Leadership leadership,
      List<InitStep> steps,
      List<CompletedStep> completed,
      Duration began) {
    this.start = start;
    this.leadership = leadership;
    this.steps = steps;
    this.completed = new ArrayList<>(completed);
    this.began = began;
  }

  List<CompletedStep> completed() {
    return List.copyOf(completed);
  }

  /**
   * Makes it known that this member leads. Interrupted, it says nothing: it does not know over what
   * it would say so.
   *
   * @param read the revision of the evidence that was read under the lock; empty if there was none
   * @return false if the evidence has changed since: somebody else may be at work
   */
  boolean open(Optional<String> read) throws InterruptedException {
    return leadership.open(betweenSteps(), read);
  }

  /** Runs the steps, once this member is known to lead. */
  PhaseResult run(ClaimHeart claim) throws InterruptedException {
    try {
      claim.close();
      for (InitStep step : steps) {
        inWork = step.name();
        runUnlessCompleted(step);
      }
      leadership.requireHeld();
      leadership.announceLast(
          new Readiness.Ready(start.run(), leadership.token(), start.holder(), completed()));
    } catch (StepFailedException e) {
      publishFailure(e);
      throw e;
    } catch (InterruptedException e) {
      publishStopped();
      throw e;
    } catch (AutoInitException e) {
      throw e;
    } catch (RuntimeException e) {
      // A step whose policy throws, or a bug: the fleet must not repeat it at once.
      StepFailedException failure =
          new StepFailedException(
              inWork, "Step '%s' could not be run: %s".formatted(inWork, start.explain(e)), e);
      publishFailure(failure);
      throw failure;
    }
    Duration took = start.timeline().now().minus(began);
    start
        .events()
        .tell(new InitEvent.PhaseCompleted(Phase.INFRASTRUCTURE, ran, skipped, failed, took));
    return new PhaseResult(ran, skipped, failed);
  }

  private void runUnlessCompleted(InitStep step) throws InterruptedException {
    if (completed.stream().anyMatch(c -> c.name().equals(step.name()))) {
      skipped++;
      start
          .events()
          .tell(
              new InitEvent.StepSkipped(
                  Phase.INFRASTRUCTURE, step.name(), "this run has completed it before"));
      return;
    }
    List<CompletedStep> before = completed();
    long stage = leadership.stage();
    OnFailure onFailure = step.policy().onFailure();
    try {
      Duration took =
          new StepRunner(start, leadership)
              .run(
                  step,
                  onFailure,
                  running -> leadership.mention(stage, inWork(running, before)),
                  this::publishFailureAtOnce);
      completed.add(new CompletedStep(step.name(), took));
      ran++;
      if (!isLast(step)) {
        leadership.announce(betweenSteps());
      }
    } catch (StepFailedException e) {
      if (onFailure == OnFailure.ABORT) {
        throw e;
      }
      failed++;
    }
  }

  /** After the last there is nothing to record before READY, which names all that is completed. */
  private boolean isLast(InitStep step) {
    return step == steps.get(steps.size() - 1);
  }

  private Readiness inWork(RunningStep running, List<CompletedStep> before) {
    return new Readiness.Running(
        start.run(),
        leadership.token(),
        start.holder(),
        before,
        Optional.of(running.step().name()),
        running.attempt(),
        running.told());
  }

  private Readiness betweenSteps() {
    return new Readiness.Running(
        start.run(),
        leadership.token(),
        start.holder(),
        completed(),
        Optional.empty(),
        0,
        Optional.empty());
  }

  /** Every waiter ends at once; a successor may try when the retry is due. */
  private void publishFailure(StepFailedException failure) throws InterruptedException {
    try {
      leadership.announceLast(
          new Readiness.Failed(
              start.run(),
              leadership.token(),
              start.holder(),
              completed(),
              failure.step(),
              start.explain(failure),
              start.pace().retryDelay()));
    } catch (LeaseLostException e) {
      // The lease went with the step: waiters learn it from the heartbeat that stops.
      start.events().tell(new InitEvent.Warned(e.getMessage()));
    }
  }

  private void publishFailureAtOnce(StepFailedException failure) {
    try {
      publishFailure(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void publishStopped() {
    try {
      leadership.announceLast(
          new Readiness.Stopped(start.run(), leadership.token(), start.holder(), completed()));
    } catch (LeaseLostException e) {
      start.events().tell(new InitEvent.Warned(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
