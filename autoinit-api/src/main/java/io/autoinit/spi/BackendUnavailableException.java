package io.autoinit.spi;

/**
 * The store did not answer in time, or says that it cannot serve now: trying again is sensible.
 * Thrown within the connect timeout when the store is unreachable (BACKEND-3).
 */
public final class BackendUnavailableException extends BackendException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   */
  public BackendUnavailableException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   * @param cause what the client library threw, without secrets
   */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
