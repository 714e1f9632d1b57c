package io.autoinit.spi;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How a step of the node phase ended.
 *
 * @param took how long its last attempt ran, in whole milliseconds
 * @param failure why it failed, without secrets; empty if it succeeded
 */
public record StepOutcome(Duration took, Optional<String> failure) {

  /** Cuts the message, and the duration to what the text form keeps. */
  public StepOutcome {
    took = took.truncatedTo(ChronoUnit.MILLIS);
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
