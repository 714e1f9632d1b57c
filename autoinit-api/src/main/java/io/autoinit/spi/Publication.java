package io.autoinit.spi;

import java.util.Optional;

/**
 * A write under a lease: a record, and over what it may be written. A leader names what it last saw
 * or wrote, so that a write that arrives late, after its sender gave up on it, changes nothing
 * (READY-10).
 *
 * @param next the record; not {@link Readiness.Claimed}
 * @param conditional whether the record must still be as it was seen
 * @param expected if conditional, the revision that the record must have; empty: there must be no
 *     record
 */
public record Publication(Readiness next, boolean conditional, Optional<String> expected) {

  /** Checks that claims are claimed and not published. */
  public Publication {
    if (next instanceof Readiness.Claimed) {
      throw new IllegalArgumentException("a claim is not published: use claim");
    }
  }

  /**
   * Writes over whatever stands there, as far as its token and READY allow.
   *
   * @param next the record
   * @return the publication
   */
  public static Publication overAnything(Readiness next) {
    return new Publication(next, false, Optional.empty());
  }

  /**
   * Writes over nothing but what was seen.
   *
   * @param next the record
   * @param seen the revision last seen, or the absence of a record
   * @return the publication
   */
  public static Publication over(Optional<String> seen, Readiness next) {
    return new Publication(next, true, seen);
  }

  /**
   * Whether it may be written over a record.
   *
   * @param revision the revision of the record that stands there; empty if there is none
   * @return true if it expects just that, or nothing in particular
   */
  public boolean accepts(Optional<String> revision) {
    return !conditional || expected.equals(revision);
  }
}
