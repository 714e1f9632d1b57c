package io.autoinit;

/** The deadline of the start passed before it was done. Trying again is sensible. */
public final class StartTimeoutException extends AutoInitException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   */
  public StartTimeoutException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   * @param cause what went wrong beneath
   */
  public StartTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
