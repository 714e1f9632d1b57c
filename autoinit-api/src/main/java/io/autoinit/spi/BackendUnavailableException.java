package io.autoinit.spi;

/**
 * The store did not answer in time, or says that it cannot serve now: trying again is sensible.
 * Thrown within the connect timeout when the store is unreachable (BACKEND-3).
 */
public final class BackendUnavailableException extends BackendException {

  private static final long serialVersionUID = 1L;

  private final boolean coming;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   */
  public BackendUnavailableException(String message) {
    super(message);
    this.coming = false;
  }

  private BackendUnavailableException(String message, boolean coming) {
    super(message);
    this.coming = coming;
  }

  /**
   * Of a store that the fleet itself makes, and has not made yet: nothing is wrong with it so far.
   * Once it has served, its absence is told as any other.
   *
   * @param message one sentence for the user, without secrets
   * @return the exception
   */
  public static BackendUnavailableException coming(String message) {
    return new BackendUnavailableException(message, true);
  }

  /**
   * Whether the store is only on its way. It is waited for like any other; the story of a start
   * does not call it a trouble.
   *
   * @return false unless made by {@link #coming}
   */
  public boolean isComing() {
    return coming;
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user, without secrets
   * @param cause what the client library threw, without secrets
   */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
    this.coming = false;
  }
}
