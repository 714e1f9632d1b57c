package io.autoinit.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * How a step of the node phase ended.
 *
 * @param took how long its last attempt ran
 * @param failure why it failed, without secrets; empty if it succeeded
 */
public record StepOutcome(Duration took, Optional<String> failure) {

  /** Cuts the message. */
  public StepOutcome {
    failure = failure.map(ReadinessText::cut);
  }

  /**
   * Whether the step need not run again.
   *
   * @return true if it succeeded
   */
  public boolean succeeded() {
    return failure.isEmpty();
  }
}
