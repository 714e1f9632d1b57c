package io.autoinit.spi;

/**
 * The store refuses for good: bad credentials, a missing grant, a setting that cannot work. Trying
 * again is pointless; the message names the setting to change (BACKEND-3).
 */
public final class BackendRefusedException extends BackendException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   */
  public BackendRefusedException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   * @param cause what the client library threw, without secrets
   */
  public BackendRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
