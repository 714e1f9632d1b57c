package io.autoinit.core.settings;

import java.time.Duration;

/**
 * The times by which the protocol lives.
 *
 * @param heartbeat how often a leader or claimant makes its record young
 * @param leaseTtl how long the store of the lock keeps the lease of a leader that fell silent
 * @param takeoverDelay how old a leader's record must be before somebody takes over; so long that
 *     {@link #validity} holds two heartbeats
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

  private static final int SHARE_FOR_CLOCKS = 10;

  /**
   * How long a leader may rely on its lease and its record after it last sent them with success: so
   * long that it has stopped, cancel grace included, before the record is a takeover delay old by a
   * store's clock that differs by a tenth.
   *
   * @return the takeover delay less the cancel grace, less a tenth of the takeover delay; negative
   *     if the delay is too short for the grace
   */
  public Duration validity() {
    return takeoverDelay.minus(cancelGrace).minus(takeoverDelay.dividedBy(SHARE_FOR_CLOCKS));
  }
}
