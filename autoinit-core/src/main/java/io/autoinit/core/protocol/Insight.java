package io.autoinit.core.protocol;

import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.List;
import java.util.Optional;

/** What the stores tell of a run to people who look, and what these do about its lock. */
public final class Insight {

  private static final String NO_MATTER = "it is told without";

  private final Start start;
  private final Board board;
  private final Store<LockProvider> locks;
  private final Store<MarkerStore> markers;

  /**
   * Prepares; no store is asked yet.
   *
   * @param start what all parts share
   * @param board where the run is recorded
   * @param locks the lock's backend
   * @param markers the markers' backend
   */
  public Insight(Start start, Board board, Store<LockProvider> locks, Store<MarkerStore> markers) {
    this.start = start;
    this.board = board;
    this.locks = locks;
    this.markers = markers;
  }

  /**
   * What is known of the run.
   *
   * @param record the surer record of signal and ledger
   * @param away why one of them did not answer; empty if both did
   */
  public record Seen(Optional<Observed<Readiness>> record, Optional<String> away) {}

  /**
   * Looks at the record of the run.
   *
   * @return what is known of it
   * @throws io.autoinit.spi.BackendUnavailableException if no store that records it answers
   */
  public Seen look() {
    Board.Found found = board.findAnywhere();
    return new Seen(found.record(), found.away());
  }

  /**
   * What is known of all runs of the application.
   *
   * @return of each run the surer record of signal and ledger
   */
  public Listed runs() {
    return board.runs();
  }

  /**
   * The runs of an application.
   *
   * @param known of each run the surer record of signal and ledger; empty if no store can list
   * @param away why one of them did not answer; empty if both did
   */
  public record Listed(Optional<List<Observed<Readiness>>> known, Optional<String> away) {}

  /**
   * The store that all members ask how far a run is.
   *
   * @return the name of its backend instance
   */
  public String signal() {
    return board.signalName();
  }

  /**
   * Which nodes have done their phase of the run.
   *
   * @return their markers; empty if their store cannot list them
   */
  public Optional<List<Marker>> markers() {
    return markers.askInTime(NO_MATTER, m -> m.list(start.run().namespace(), start.run().runId()));
  }

  /**
   * Who holds the infrastructure lock.
   *
   * @return the holder; empty if nobody holds it or the store cannot tell
   */
  public Optional<String> holder() {
    return locks.asideInTime(l -> l.holder(lock()), late -> {});
  }

  /**
   * Whether the infrastructure lock is taken from a holder that lives at all.
   *
   * @return false if its store never does
   */
  public boolean mayRevoke() {
    return locks.itselfInTime(LockProvider::mayRevoke, late -> {});
  }

  /**
   * Takes the infrastructure lock from a holder.
   *
   * @param holder as {@link #holder} told it
   * @return whether it was taken from that holder
   */
  public boolean revoke(String holder) {
    try {
      return locks.asideInTime(l -> l.revoke(lock(), holder), late -> {});
    } catch (BackendUnavailableException e) {
      throw new BackendUnavailableException(
          e.getMessage() + "; nobody knows whether the lock was taken: look with autoinit status",
          e);
    }
  }

  /**
   * The infrastructure lock.
   *
   * @return its name
   */
  public LockName lock() {
    return LockName.infrastructure(start.run().namespace());
  }

  /**
   * Whether a record keeps others away: a leader or claimant by its heartbeat, a failure until its
   * retry is due.
   *
   * @param seen the record
   * @return false if anybody may claim now
   */
  public boolean keepsOthersAway(Observed<Readiness> seen) {
    return Look.closedFor(seen, start.pace()).toMillis() > 0;
  }
}
