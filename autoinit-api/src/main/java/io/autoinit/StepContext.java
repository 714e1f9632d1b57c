package io.autoinit;

import java.util.function.BooleanSupplier;

/** What a running step may ask and tell. Safe for use by any thread while the step runs. */
public interface StepContext {

  /**
   * The application.
   *
   * @return the namespace
   */
  Namespace namespace();

  /**
   * The deployment.
   *
   * @return the run id
   */
  RunId runId();

  /**
   * Which attempt this is.
   *
   * @return the attempt, counted from 1
   */
  int attempt();

  /**
   * The fencing token of the lease under which the step runs. It only ever grows from one holder to
   * the next, so a store that remembers the highest it saw can refuse a stale writer.
   *
   * @return the token
   */
  long fencingToken();

  /**
   * Fails unless the lease is held and will be for a moment. Long steps call it before each part of
   * their work that must not overlap with another leader's.
   *
   * @throws LeaseLostException if the lease is lost
   */
  void requireHeld();

  /**
   * Tells whoever watches how far the step is.
   *
   * @param message one line without secrets; longer ones are cut at 1,024 characters
   */
  void progress(String message);

  /**
   * Whether the step was asked to stop, for work that cannot be interrupted.
   *
   * @return a condition that turns true once and for all
   */
  BooleanSupplier cancelled();
}
