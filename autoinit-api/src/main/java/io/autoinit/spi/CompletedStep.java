package io.autoinit.spi;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A step that a run has completed, and that no successor repeats.
 *
 * @param name the name of the step
 * @param took how long it ran, in whole milliseconds
 */
public record CompletedStep(String name, Duration took) {

  /** Cuts the duration to what the text form keeps. */
  public CompletedStep {
    took = took.truncatedTo(ChronoUnit.MILLIS);
  }
}
