package io.autoinit.core.protocol;

import io.autoinit.Phase;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits until a run is READY and takes no part in it: no claim, no lock. */
public final class ReadyWait {

  /** When the ledger is asked again that is not there, or did not answer. */
  private static final Duration NO_TURN = Duration.ofSeconds(3);

  private final Start start;
  private final Phase phase;
  private final Board board;
  private final Supplier<Optional<String>> ifUnknown;

  /**
   * Prepares; no store is asked yet.
   *
   * @param start what all parts share
   * @param phase whose events tell of it
   * @param board where the run is recorded
   * @param ifUnknown says what else may have been meant; asked once, if the first look finds no
   *     record of the run
   */
  public ReadyWait(Start start, Phase phase, Board board, Supplier<Optional<String>> ifUnknown) {
    this.start = start;
    this.phase = phase;
    this.board = board;
    this.ifUnknown = ifUnknown;
  }

  /**
   * Waits, as every member does that does not lead.
   *
   * @return the record that says READY; empty if the store has told of it and it was not read
   * @throws InterruptedException if the thread is interrupted
   * @throws io.autoinit.AutoInitException if the leader failed meanwhile, or the deadline has
   *     passed
   */
  public Optional<Readiness> run() throws InterruptedException {
    try (Watchpost post = new Watchpost(start, phase, board)) {
      Duration nextTurn = Duration.ZERO;
      boolean first = true;
      while (true) {
        Look look = post.look();
        if (look.ready()) {
          return look.record();
        }
        Duration now = start.timeline().now();
        if (nobodyLeads(look) && now.compareTo(nextTurn) >= 0) {
          Optional<Look> behind = board.lookBehindSignal();
          if (behind.filter(Look::ready).isPresent()) {
            return behind.get().record();
          }
          nextTurn = now.plus(behind.map(Look::again).orElse(NO_TURN));
          if (first && isUnknown(look, behind)) {
            ifUnknown.get().ifPresent(post::mention);
          }
        }
        first = false;
        // Without a ledger nothing else than the signal can tell, and that says when to look again.
        post.await(look, board.hasLedger() ? NO_TURN : look.again());
        if (post.toldReady()) {
          return Optional.empty();
        }
      }
    }
  }

  /** A ledger that did not answer may know it. */
  private boolean isUnknown(Look look, Optional<Look> behind) {
    return look.found().isEmpty()
        && behind.map(found -> found.found().isEmpty()).orElse(!board.hasLedger());
  }

  /** The signal may have lost READY, and nobody may be left who leads and would repair it. */
  private boolean nobodyLeads(Look look) {
    Duration closed = look.closedFor(start.pace());
    return closed.isZero() || closed.isNegative();
  }
}
