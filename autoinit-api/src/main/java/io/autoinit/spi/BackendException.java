package io.autoinit.spi;

import io.autoinit.AutoInitException;

/**
 * A store could not do what it was asked. Backends throw one of the two subclasses and nothing else
 * (BACKEND-3); an operation that throws leaves no trace that outlives the lock's time to live
 * (LOCK-4).
 */
public abstract sealed class BackendException extends AutoInitException
    permits BackendUnavailableException, BackendRefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   */
  protected BackendException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   * @param cause what the client library threw; neither its message nor its causes may hold a
   *     secret
   */
  protected BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
