package io.autoinit;

import java.time.Duration;
import java.util.Optional;

/**
 * How a step is tried: how long, how often, with which pauses, and what its failure means.
 *
 * @param timeout bound of one attempt; the step is interrupted when it passes. Empty: no bound
 * @param attempts how often the step is tried at most, at least 1
 * @param backoff pause before the second attempt; it doubles with every further one, up to one
 *     minute
 * @param onFailure what the failure of the last attempt means for the phase
 */
public record StepPolicy(
    Optional<Duration> timeout, int attempts, Duration backoff, OnFailure onFailure) {

  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a duration is negative, the timeout zero, or attempts below
   *     1
   */
  public StepPolicy {
    if (timeout.filter(t -> t.isZero() || t.isNegative()).isPresent()) {
      throw new IllegalArgumentException("a step's timeout must be longer than zero");
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("a step needs at least 1 attempt, not " + attempts);
    }
    if (backoff.isNegative()) {
      throw new IllegalArgumentException("a step's backoff must not be negative");
    }
  }

  /**
   * The policy of a step that states none: one attempt without a bound; a failure aborts the
   * infrastructure phase and lets the node phase continue.
   *
   * @param phase the phase of the step
   * @return the policy
   */
  public static StepPolicy of(Phase phase) {
    return new StepPolicy(
        Optional.empty(),
        1,
        Duration.ofSeconds(1),
        phase == Phase.INFRASTRUCTURE ? OnFailure.ABORT : OnFailure.CONTINUE);
  }

  /**
   * This policy with another bound of an attempt.
   *
   * @param timeout the bound
   * @return a new policy
   */
  public StepPolicy withTimeout(Duration timeout) {
    return new StepPolicy(Optional.of(timeout), attempts, backoff, onFailure);
  }

  /**
   * This policy with another number of attempts.
   *
   * @param attempts how often the step is tried at most
   * @param backoff pause before the second attempt
   * @return a new policy
   */
  public StepPolicy withAttempts(int attempts, Duration backoff) {
    return new StepPolicy(timeout, attempts, backoff, onFailure);
  }

  /**
   * This policy with another meaning of failure.
   *
   * @param onFailure what the failure of the last attempt means
   * @return a new policy
   */
  public StepPolicy withOnFailure(OnFailure onFailure) {
    return new StepPolicy(timeout, attempts, backoff, onFailure);
  }

  /**
   * The pause after a failed attempt.
   *
   * @param attempt the attempt that failed, counted from 1
   * @return the pause before the next one
   */
  public Duration pauseAfter(int attempt) {
    Duration pause = backoff;
    for (int i = 1; i < attempt && pause.compareTo(LONGEST_BACKOFF) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(LONGEST_BACKOFF) < 0 || backoff.compareTo(LONGEST_BACKOFF) > 0
        ? pause
        : LONGEST_BACKOFF;
  }
}
