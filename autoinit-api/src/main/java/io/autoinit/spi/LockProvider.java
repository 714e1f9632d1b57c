package io.autoinit.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * Locks with a lease and a fencing token. Safe for use by any thread. Different names do not block
 * each other (LOCK-8).
 */
public interface LockProvider {

  /**
   * Tries once to get the lock. At most one lease of a name is valid at a time, across threads,
   * clients and processes; that holds for the same client too: locks are not reentrant (LOCK-1).
   * Returns at once and never waits behind another holder (LOCK-3). An interrupt or a lost reply
   * leaves no ghost: somebody else acquires within {@code ttl} (LOCK-4).
   *
   * @param name the lock
   * @param ttl how long the store keeps the lease of a holder that does not renew, by its own clock
   *     (LOCK-5). A store that notices the death of a client by itself may free it sooner
   * @return the lease, with a token higher than any before for this name (LOCK-2); empty if
   *     somebody else holds it
   * @throws BackendUnavailableException if the store does not answer; the lock is not held then
   * @throws BackendRefusedException if the store refuses for good
   */
  Optional<Lease> tryAcquire(LockName name, Duration ttl);

  /**
   * What these locks promise, said honestly. May depend on how the store is set up.
   *
   * @return the guarantee
   */
  Guarantee guarantee();

  /**
   * What {@link #guarantee()} says as far as it is known without asking the store: a diagnosis
   * tells it of a store that is away, too. Where it is present it is what that says (LOCK-11).
   *
   * @return the guarantee; empty, the default, if only the store can tell
   */
  default Optional<Guarantee> guaranteeUnasked() {
    return Optional.empty();
  }

  /**
   * Who holds a lock, for diagnosis only.
   *
   * @param name the lock
   * @return the holder's {@link BackendConfig#client()}; empty if nobody holds it or the store
   *     cannot tell
   */
  default Optional<String> holder(LockName name) {
    return Optional.empty();
  }

  /**
   * Takes a lock from a holder that somebody decided is stuck. That lease is lost for ever then,
   * and the lock is free when this returns. Whoever else holds the lock keeps it (LOCK-10).
   *
   * @param name the lock
   * @param holder whom to take it from, as {@link #holder} told it
   * @return whether it was taken from that holder; false if that one does not hold it, or if this
   *     store takes no lock from a holder that lives
   * @throws BackendUnavailableException if the store does not answer; the lock may or may not have
   *     been taken
   * @throws BackendRefusedException if the store refuses for good
   */
  default boolean revoke(LockName name, String holder) {
    return false;
  }

  /**
   * Whether {@link #revoke} may ever say yes, so that nobody is told to try where it cannot
   * (LOCK-10). Asks no store.
   *
   * @return false if this store takes no lock from a holder that lives; true, the default, says
   *     nothing
   */
  default boolean mayRevoke() {
    return true;
  }
}
