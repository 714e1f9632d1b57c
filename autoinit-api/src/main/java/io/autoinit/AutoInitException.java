package io.autoinit;

/**
 * A start that did not succeed. The message is one sentence for the user: what happened, to what,
 * and what to do next, without secrets.
 */
public abstract sealed class AutoInitException extends RuntimeException
    permits ConfigurationException,
        StepFailedException,
        LeaseLostException,
        StartTimeoutException,
        InterruptedStartException,
        io.autoinit.spi.BackendException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   */
  protected AutoInitException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence for the user
   * @param cause what went wrong beneath
   */
  protected AutoInitException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What happened.
   *
   * @return one sentence for the user
   */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
