package io.autoinit.spi;

import java.util.List;
import java.util.Optional;

/**
 * A compare-and-set on a record of readiness that needs no lease: to become the only candidate of a
 * run, to stay it, or to give it up.
 *
 * @param expected the revision that the record must still have; empty: there must be no record
 * @param next what takes its place: {@link Readiness.Claimed} or {@link Readiness.Stopped}
 */
public record Claim(Optional<String> expected, Readiness next) {

  /** Checks that nothing but a claim is written without a lease. */
  public Claim {
    if (!(next instanceof Readiness.Claimed || next instanceof Readiness.Stopped)) {
      throw new IllegalArgumentException("a claim writes CLAIMED or STOPPED, not " + next);
    }
  }

  /**
   * Becomes or stays the candidate.
   *
   * @param run the run
   * @param holder who claims
   * @param seen the record last seen, or its absence
   * @return the claim
   */
  public static Claim of(RunKey run, String holder, Optional<Observed<Readiness>> seen) {
    return new Claim(
        seen.map(Observed::revision),
        new Readiness.Claimed(
            run,
            seen.map(s -> s.value().token()).orElse(0L),
            holder,
            seen.map(s -> s.value().completed()).orElse(List.of())));
  }

  /**
   * Gives up one's own claim, so that another may go at once.
   *
   * @param claimed the claim as it stands
   * @return the claim that takes it back
   */
  public static Claim withdrawn(Observed<Readiness> claimed) {
    Readiness value = claimed.value();
    return new Claim(
        Optional.of(claimed.revision()),
        new Readiness.Stopped(value.run(), value.token(), value.holder(), value.completed()));
  }
}
