package io.autoinit.core.steps;

import io.autoinit.StepContext;
import java.time.Duration;

/** What a command needs beyond other steps. */
public interface CommandContext extends StepContext {

  /**
   * Takes one line that a command wrote. Called by a thread of the step, in order.
   *
   * @param line the line, without its end
   */
  void line(String line);

  /**
   * How long the lease is valid if nothing renews it: a command whose JVM is not heard of for that
   * long must end. Called by any thread.
   *
   * @return the time left; zero if the lease is lost
   */
  Duration validFor();
}
