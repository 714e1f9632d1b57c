package io.autoinit.core;

import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.Optional;

/**
 * Who holds the infrastructure lock, and whether its heart beats. Holds no secret.
 *
 * @param lock the lock
 * @param holder who holds it
 * @param work what that holder recorded last of the run that it leads, with the age of its
 *     heartbeat; empty if no record of it is found
 * @param silent whether it has not beaten for so long that the next member takes over
 * @param mayLoseIt whether the store takes the lock from a holder that lives; false if it never
 *     does
 */
public record LockHolder(
    LockName lock,
    String holder,
    Optional<Observed<Readiness>> work,
    boolean silent,
    boolean mayLoseIt) {

  /**
   * Whether the holder is known to be silent for too long.
   *
   * @return false if its heart beats, and if nothing is known of it
   */
  public boolean isKnownSilent() {
    return work.isPresent() && silent;
  }
}
