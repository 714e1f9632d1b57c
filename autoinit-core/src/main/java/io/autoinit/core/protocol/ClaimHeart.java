package io.autoinit.core.protocol;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.Optional;

/**
 * A claim and its heart: keeps the claim young while its owner tries to get the lock, and knows
 * when somebody else took it.
 */
final class ClaimHeart implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Start start;
  private final Board board;
  private final Store<Optional<ReadinessStore>> where;
  private final Timeline.Signal bell;
  private final Timeline.Task task;
  private volatile Observed<Readiness> claimed;
  private volatile boolean lost;
  private volatile boolean closed;

  ClaimHeart(
      Start start,
      Board board,
      Store<Optional<ReadinessStore>> where,
      Observed<Readiness> claimed) {
    this.start = start;
    this.board = board;
    this.where = where;
    this.claimed = claimed;
    this.bell = start.timeline().signal();
    this.task = start.timeline().start("autoinit-claim", this::beat);
  }

  boolean held() {
    return !lost;
  }

  boolean liesInSignal() {
    return board.isSignal(where);
  }

  private void beat() {
    try {
      bell.await(start.pace().heartbeat());
      while (!closed && !lost && !isTooLate()) {
        Optional<Observed<Readiness>> beaten = board.claim(where, again());
        beaten.ifPresent(b -> claimed = b);
        // A store that does not answer has not given the claim to anybody else.
        lost = beaten.isEmpty() && !closed && takenByAnother();
        bell.await(start.pace().heartbeat());
      }
    } catch (InterruptedException | RuntimeException e) {
      lost = true;
    }
  }

  /** Who claims still tries once more then, and beats no longer. */
  private boolean isTooLate() {
    return !start.deadline().span().isZero() && start.deadline().passed();
  }

  private Claim again() {
    return Claim.of(start.run(), start.holder(), Optional.of(claimed));
  }

  private boolean takenByAnother() {
    try {
      Look look = board.look();
      if (look.source() != where) {
        return false;
      }
      boolean mine =
          look.record()
              .filter(Readiness.Claimed.class::isInstance)
              .filter(r -> r.holder().equals(start.holder()))
              .isPresent();
      if (mine) {
        claimed = look.found().orElseThrow();
      }
      return !mine;
    } catch (io.autoinit.spi.BackendUnavailableException e) {
      return false;
    }
  }

  /** Gives the claim up, so that another member goes at once. */
  void withdraw() {
    close();
    if (lost) {
      return;
    }
    try {
      board.claim(where, Claim.withdrawn(claimed));
    } catch (BackendException e) {
      // Nobody beats the claim any more: it goes stale by itself, and what led here is told.
      lost = true;
    }
  }

  /** Stops beating; the record stays as it is. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    bell.raise();
    boolean interrupted = Thread.interrupted();
    try {
      task.join(PATIENCE);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
