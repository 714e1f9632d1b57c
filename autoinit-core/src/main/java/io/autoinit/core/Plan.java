package io.autoinit.core;

import io.autoinit.NodeId;
import io.autoinit.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a start would do, as the stores are now. Holds no secret.
 *
 * @param status what they tell of the run
 * @param node which node this is
 * @param markers the backend instance in which it remembers
 * @param steps every step in the order in which a start comes to it, the infrastructure phase first
 * @param forgotten steps that the run has completed and that this start does not have
 * @param refusals why a start would be refused here before it does anything: programs and
 *     directories of steps that are not there; each as the start says it
 */
public record Plan(
    RunStatus status,
    NodeId node,
    String markers,
    List<Step> steps,
    List<String> forgotten,
    List<String> refusals) {

  /** What becomes of a step. */
  public enum Decision {
    /** A start would run it. */
    RUN,
    /** It is done, or counts as done. */
    SKIP,
    /** Another member is at work on it: a start would wait. */
    WAIT
  }

  /**
   * A step and what becomes of it.
   *
   * @param phase its phase
   * @param name its name
   * @param decision whether it would run
   * @param took how long it took; empty unless it is completed
   * @param reason why, in a few words
   */
  public record Step(
      Phase phase, String name, Decision decision, Optional<Duration> took, String reason) {}
}
