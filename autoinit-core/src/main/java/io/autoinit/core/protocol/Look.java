package io.autoinit.core.protocol;

import io.autoinit.core.settings.Pace;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.Optional;

/**
 * What one look at the readiness of a run showed.
 *
 * @param found the record, if there is one
 * @param again when the store wants to be asked again
 * @param source the store that answered
 * @param at when, on the timeline
 */
record Look(
    Optional<Observed<Readiness>> found,
    Duration again,
    Store<Optional<ReadinessStore>> source,
    Duration at) {

  private static final Duration FOREVER = Duration.ofDays(36_500);

  Optional<Readiness> record() {
    return found.map(Observed::value);
  }

  boolean ready() {
    return record().filter(Readiness::isReady).isPresent();
  }

  Optional<Readiness.Failed> failure() {
    return record().filter(Readiness.Failed.class::isInstance).map(Readiness.Failed.class::cast);
  }

  /**
   * How long the record still keeps candidates away if nobody writes it again: a leader or claimant
   * by its heartbeat, a failure until its retry is due, READY for ever.
   *
   * @return zero or less if anybody may claim at the moment of this look
   */
  Duration closedFor(Pace pace) {
    return found.map(seen -> closedFor(seen, pace)).orElse(Duration.ZERO);
  }

  static Duration closedFor(Observed<Readiness> seen, Pace pace) {
    Readiness record = seen.value();
    if (record instanceof Readiness.Failed failed) {
      return failed.retryAfter().minus(seen.age());
    }
    if (record instanceof Readiness.Running || record instanceof Readiness.Claimed) {
      return pace.takeoverDelay().minus(seen.age());
    }
    return record.isReady() ? FOREVER : Duration.ZERO;
  }
}
