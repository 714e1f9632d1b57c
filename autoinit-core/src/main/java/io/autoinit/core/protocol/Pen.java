package io.autoinit.core.protocol;

import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes the records of one leader to one store, each over the one before it and over nothing else:
 * a write that arrives after its sender gave up on it never replaces a newer one (READY-10). Used
 * by one thread at a time.
 */
final class Pen {

  /** The store, which may fail to answer. */
  interface Paper {
    <T> T ask(Function<ReadinessStore, T> question);
  }

  /** What became of a first record. */
  enum Opening {
    WRITTEN,
    /** What was read before is not what stands there now. */
    CHANGED,
    /** A newer leader has written, or the store no longer believes in the lease. */
    REFUSED
  }

  private final Paper paper;
  private Optional<String> seen = Optional.empty();
  private boolean looked;

  Pen(Paper paper) {
    this.paper = paper;
  }

  /** Writes a first record over the very one that was read under the lock. */
  Opening open(Readiness first, Optional<String> read) {
    if (published(read, first)) {
      return Opening.WRITTEN;
    }
    Optional<Observed<Readiness>> standing = look(first);
    long token = standing.map(s -> s.value().token()).orElse(0L);
    if (token == first.token() && isByLeader(standing)) {
      // An earlier try of this very write, whose answer was lost: it is as old as that try.
      return write(first) ? Opening.WRITTEN : Opening.REFUSED;
    }
    return token > first.token() || seen.equals(read) ? Opening.REFUSED : Opening.CHANGED;
  }

  /**
   * Writes the next record.
   *
   * @return false if fenced off, or if READY stands and this is not READY
   */
  boolean write(Readiness next) {
    if (!looked) {
      look(next);
    }
    while (!published(seen, next)) {
      Optional<String> before = seen;
      Optional<Observed<Readiness>> standing = look(next);
      if (standing.filter(s -> s.value().isReady()).isPresent()) {
        return next.isReady();
      }
      if (seen.equals(before)
          || standing.filter(s -> s.value().token() > next.token()).isPresent()) {
        return false;
      }
      // A claim, a person who cleared the record, or an own write whose answer was lost.
    }
    return true;
  }

  private boolean published(Optional<String> over, Readiness next) {
    Optional<Observed<Readiness>> written =
        paper.ask(store -> store.publish(Publication.over(over, next)));
    written.ifPresent(
        w -> {
          seen = Optional.of(w.revision());
          looked = true;
        });
    return written.isPresent();
  }

  private Optional<Observed<Readiness>> look(Readiness next) {
    Optional<Observed<Readiness>> standing = paper.ask(store -> store.find(next.run()));
    seen = standing.map(Observed::revision);
    looked = true;
    return standing;
  }

  private static boolean isByLeader(Optional<Observed<Readiness>> standing) {
    return standing.filter(s -> !(s.value() instanceof Readiness.Claimed)).isPresent();
  }
}
