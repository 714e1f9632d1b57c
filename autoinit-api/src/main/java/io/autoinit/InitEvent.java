package io.autoinit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened during a start. The family is closed; a later release may add members, so
 * a listener that does not know one ignores it.
 */
public sealed interface InitEvent {

  /**
   * A phase began.
   *
   * @param phase the phase
   * @param namespace the application
   * @param runId the deployment
   * @param steps the names of its steps in their order
   */
  record PhaseStarted(Phase phase, Namespace namespace, RunId runId, List<String> steps)
      implements InitEvent {}

  /**
   * A phase had nothing to do here.
   *
   * @param phase the phase
   * @param reason why, one sentence
   * @param took how long it took to know
   */
  record PhaseSkipped(Phase phase, String reason, Duration took) implements InitEvent {}

  /**
   * A phase is done, by the work of this process.
   *
   * @param phase the phase
   * @param ran how many steps ran here
   * @param skipped how many steps had been completed before
   * @param failed how many steps failed and were passed over
   * @param took how long the phase took
   */
  record PhaseCompleted(Phase phase, int ran, int skipped, int failed, Duration took)
      implements InitEvent {}

  /**
   * A phase failed.
   *
   * @param phase the phase
   * @param reason why, one sentence without secrets
   * @param took how long the phase took
   */
  record PhaseFailed(Phase phase, String reason, Duration took) implements InitEvent {}

  /**
   * This process waits.
   *
   * @param phase the phase that waits
   * @param reason for whom or what, one sentence
   * @param left how long it will wait at most
   * @param whileProgressing whether {@code left} counts anew whenever the leader gets on, so that
   *     it is no bound
   */
  record Waiting(Phase phase, String reason, Duration left, boolean whileProgressing)
      implements InitEvent {

    /**
     * Waiting that is bounded.
     *
     * @param phase the phase that waits
     * @param reason for whom or what, one sentence
     * @param left how long it will wait at most
     */
    public Waiting(Phase phase, String reason, Duration left) {
      this(phase, reason, left, false);
    }
  }

  /**
   * The leader, for whom this process waits, has got on. Seen when this process looks: what changed
   * between two looks is told as one.
   *
   * @param phase the phase that waits
   * @param leader who leads
   * @param step the step in work
   * @param attempt the attempt of that step, counted from 1
   * @param progress what the step last told, one line
   */
  record LeaderProgress(Phase phase, String leader, String step, int attempt, String progress)
      implements InitEvent {}

  /**
   * This process has the claim: it alone tries to get the lock for its run id.
   *
   * @param phase the phase
   * @param reason why it came to claim, one sentence
   */
  record Claimed(Phase phase, String reason) implements InitEvent {}

  /**
   * This process holds the lock.
   *
   * @param phase the phase
   * @param lock the name of the lock
   * @param token the fencing token
   * @param waited how long it took to get it
   */
  record LeaseAcquired(Phase phase, String lock, long token, Duration waited)
      implements InitEvent {}

  /**
   * The leader found no record of the run, neither of work nor of READY, so every step runs.
   *
   * @param phase the phase
   * @param asked the stores that were asked under the lock
   */
  record NothingRecorded(Phase phase, List<String> asked) implements InitEvent {}

  /**
   * This process takes over the work of another.
   *
   * @param phase the phase
   * @param from the former leader
   * @param completed the steps that it had completed, which are not repeated
   */
  record TakenOver(Phase phase, String from, List<String> completed) implements InitEvent {}

  /**
   * The lease was renewed in time.
   *
   * @param phase the phase
   * @param took how long the store took
   */
  record LeaseRenewed(Phase phase, Duration took) implements InitEvent {}

  /**
   * The lease is lost, or can no longer be shown to be held.
   *
   * @param phase the phase
   * @param reason why, one sentence
   */
  record LeaseLost(Phase phase, String reason) implements InitEvent {}

  /**
   * The lock was released.
   *
   * @param phase the phase
   * @param lock the name of the lock
   */
  record LeaseReleased(Phase phase, String lock) implements InitEvent {}

  /**
   * An attempt of a step began.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param attempt the attempt, counted from 1
   */
  record StepStarted(Phase phase, String step, int attempt) implements InitEvent {}

  /**
   * A step told how far it is.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param message one line
   */
  record StepProgress(Phase phase, String step, String message) implements InitEvent {}

  /**
   * The command of a step wrote a line.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param line the line
   */
  record StepOutput(Phase phase, String step, String line) implements InitEvent {}

  /**
   * A step is done.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param took how long this attempt took
   */
  record StepSucceeded(Phase phase, String step, Duration took) implements InitEvent {}

  /**
   * An attempt of a step failed.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param attempt the attempt, counted from 1
   * @param reason why, one sentence
   * @param retryIn the pause before the next attempt; empty if this was the last
   * @param onFailure what the failure of the last attempt means
   */
  record StepFailed(
      Phase phase,
      String step,
      int attempt,
      String reason,
      Optional<Duration> retryIn,
      OnFailure onFailure)
      implements InitEvent {}

  /**
   * A step was not run.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param reason why, one sentence
   */
  record StepSkipped(Phase phase, String step, String reason) implements InitEvent {}

  /**
   * A step does not stop although it was asked to.
   *
   * @param phase the phase
   * @param step the name of the step
   * @param consequence what happens next, one sentence
   */
  record StepStuck(Phase phase, String step, String consequence) implements InitEvent {}

  /**
   * A store that the fleet itself makes is not there yet; the start waits for it.
   *
   * @param backend the name of the backend instance
   * @param reason what is still missing, one sentence without secrets
   * @param consequence what happens next, one sentence
   */
  record BackendComing(String backend, String reason, String consequence) implements InitEvent {}

  /**
   * A store does not answer; the start goes on without it or tries again.
   *
   * @param backend the name of the backend instance
   * @param reason what it said, one sentence without secrets
   * @param consequence what happens next, one sentence
   */
  record BackendTroubled(String backend, String reason, String consequence) implements InitEvent {}

  /**
   * A store that did not answer does again.
   *
   * @param backend the name of the backend instance
   */
  record BackendRecovered(String backend) implements InitEvent {}

  /**
   * A command that hears of the end ran and ended well.
   *
   * @param phase the phase that ended
   * @param setting which one it is, for example {@code autoinit.on-ready}
   * @param command its program
   * @param took how long it took
   */
  record HookRan(Phase phase, String setting, String command, Duration took) implements InitEvent {}

  /**
   * The set-up promises less than it could, or something looks wrong.
   *
   * @param message one sentence with the way out
   */
  record Warned(String message) implements InitEvent {}
}
