package io.autoinit.core.settings;

import java.time.Duration;

/**
 * The times by which the protocol lives.
 *
 * @param heartbeat how often a leader or claimant makes its record young
 * @param leaseTtl how long the store of the lock keeps the lease of a leader that fell silent
 * @param takeoverDelay how old a leader's record must be before somebody takes over; longer than
 *     two heartbeats and the cancel grace, so that the old leader has stopped
 * @param cancelGrace how long a step gets to stop after it was interrupted
 * @param retryDelay how old a recorded failure must be before somebody tries again
 */
public record Pace(
    Duration heartbeat,
    Duration leaseTtl,
    Duration takeoverDelay,
    Duration cancelGrace,
    Duration retryDelay) {

  /** The pace of whoever sets none. */
  public static final Pace STANDARD =
      new Pace(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(4),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5));
}
