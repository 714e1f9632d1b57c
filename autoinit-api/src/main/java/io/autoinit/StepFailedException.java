package io.autoinit;

/** A step failed, here or in the process that led the phase. */
public final class StepFailedException extends AutoInitException {

  private static final long serialVersionUID = 1L;

  /** The name of the step. */
  private final String step;

  /**
   * Creates the exception.
   *
   * @param step the name of the step
   * @param message one sentence for the user
   */
  public StepFailedException(String step, String message) {
    super(message);
    this.step = step;
  }

  /**
   * Creates the exception.
   *
   * @param step the name of the step
   * @param message one sentence for the user
   * @param cause what the step threw
   */
  public StepFailedException(String step, String message, Throwable cause) {
    super(message, cause);
    this.step = step;
  }

  /**
   * Which step failed.
   *
   * @return its name
   */
  public String step() {
    return step;
  }
}
