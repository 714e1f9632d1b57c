package io.autoinit.core.protocol;

import java.time.Duration;

/**
 * The rhythm of leadership.
 *
 * <p>A leader counts its validity from before the renewal and the heartbeat that last succeeded, and
 * has stopped, grace included, before its last heartbeat is {@code takeoverDelay} old by the store's
 * clock; a successor starts no earlier than that. The tenth of the delay that is left over covers
 * clocks that run at different rates.
 *
 * @param heartbeat how often a leader renews and a claimant beats
 * @param leaseTtl how long a store keeps the lease of a silent holder
 * @param takeoverDelay how old the last heartbeat must be before somebody takes over
 * @param cancelGrace how long a step has to stop once it was interrupted
 * @param retryDelay how long after a failure the next try may start
 */
public record Pace(
    Duration heartbeat,
    Duration leaseTtl,
    Duration takeoverDelay,
    Duration cancelGrace,
    Duration retryDelay) {

  /** How long after its last heartbeat a leader may go on. */
  Duration validity() {
    return takeoverDelay.minus(cancelGrace).minus(takeoverDelay.dividedBy(10));
  }
}
