package io.autoinit.core.steps;

/** A {@link io.autoinit.StepContext} that also takes the output of a command. */
public interface OutputSink {

  /**
   * Takes one line that a command wrote. Called by a thread of the step, in order.
   *
   * @param line the line, without its end
   */
  void line(String line);
}
