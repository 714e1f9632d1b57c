package io.autoinit;

/** The start was interrupted from outside, for example by SIGTERM, and stopped cleanly. */
public final class InterruptedStartException extends AutoInitException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   */
  public InterruptedStartException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   * @param cause what went wrong beneath
   */
  public InterruptedStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
