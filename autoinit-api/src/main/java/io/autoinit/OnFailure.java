package io.autoinit;

/** What becomes of a phase when one of its steps has failed for good. */
public enum OnFailure {
  /** The phase fails with the step. */
  ABORT,
  /** The failure is recorded and the phase goes on. */
  CONTINUE
}
