package io.autoinit.spi;

import java.time.Duration;

/**
 * A step that a run has completed, and that no successor repeats.
 *
 * @param name the name of the step
 * @param took how long it ran
 */
public record CompletedStep(String name, Duration took) {}
