package io.autoinit;

/** The lease was lost, or can no longer be shown to be held: the work must stop at once. */
public final class LeaseLostException extends AutoInitException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   */
  public LeaseLostException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   * @param cause what went wrong beneath
   */
  public LeaseLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
