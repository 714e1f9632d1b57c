package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.LockName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a test class hurts its store. Each fault is optional: the rules that need one which is not
 * offered are shown as skipped with that reason. Called by one thread at a time.
 */
public interface Faults {

  /** No faults at all. */
  Faults NONE = new Faults() {};

  /**
   * Settings of an address at which no store answers, for BACKEND-3.
   *
   * @return complete settings of a client
   */
  default Optional<Map<String, String>> unreachable() {
    return Optional.empty();
  }

  /**
   * Ends a client as SIGKILL would, without any goodbye to the store, for LOCK-5.
   *
   * @return what does it to a client that the test opened
   */
  default Optional<Consumer<Backend>> abandon() {
    return Optional.empty();
  }

  /**
   * Makes the store take a lock from its holder, as when a session expires, for LOCK-6.
   *
   * @return what does it to a lock
   */
  default Optional<Consumer<LockName>> revoke() {
    return Optional.empty();
  }

  /**
   * Makes the store lose all its data while it runs, for LOCK-2 and LOCK-6.
   *
   * @return what does it
   */
  default Optional<Runnable> flush() {
    return Optional.empty();
  }

  /**
   * Restarts the store; when it returns, the store answers again. For LOCK-2 and READY-7.
   *
   * @return what does it
   */
  default Optional<Runnable> restart() {
    return Optional.empty();
  }
}
