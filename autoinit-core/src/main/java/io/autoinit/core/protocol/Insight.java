package io.autoinit.core.protocol;

import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
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

  /**
   * Prepares; no store is asked yet.
   *
   * @param start what all parts share
   * @param board where the run is recorded
   * @param locks the lock's backend
   */
  public Insight(Start start, Board board, Store<LockProvider> locks) {
    this.start = start;
    this.board = board;
    this.locks = locks;
  }

  /**
   * What is known of the run.
   *
   * @return the signal's record, else the ledger's
   */
  public Optional<Observed<Readiness>> record() {
    return board.find();
  }

  /**
   * What is known of all runs of the application.
   *
   * @return the signal's records, and those that only the ledger has; empty if no store can list
   */
  public Optional<List<Observed<Readiness>>> runs() {
    return board.runs();
  }

  /**
   * The store that all members ask how far a run is.
   *
   * @return the name of its backend instance
   */
  public String signal() {
    return board.signalName();
  }

  /**
   * Who holds the infrastructure lock.
   *
   * @return the holder; empty if nobody holds it or the store cannot tell
   */
  public Optional<String> holder() {
    return locks.ask(NO_MATTER, l -> l.holder(lock()));
  }

  /**
   * Takes the infrastructure lock from a holder.
   *
   * @param holder as {@link #holder} told it
   * @return whether it was taken from that holder
   */
  public boolean revoke(String holder) {
    return locks.ask("nobody knows whether the lock was taken", l -> l.revoke(lock(), holder));
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
