package io.autoinit.core.protocol;

import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Readiness looked at, set and cleared by a person. */
public final class ByHand {

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
  public ByHand(Start start, Board board, Store<LockProvider> locks) {
    this.start = start;
    this.board = board;
    this.locks = locks;
  }

  /**
   * What is known of the run.
   *
   * @return the surer record of signal and ledger
   */
  public Optional<Observed<Readiness>> check() {
    return board.find();
  }

  /**
   * Declares the run READY under the lock.
   *
   * @return false if it was READY already
   * @throws InterruptedException if the thread is interrupted
   * @throws StartTimeoutException if somebody holds the lock
   */
  public boolean set() throws InterruptedException {
    LockName lock = LockName.infrastructure(start.run().namespace());
    Duration asked = start.timeline().now();
    Lease lease =
        locks
            .asideInTime(
                l -> l.tryAcquire(lock, start.pace().leaseTtl()),
                late -> late.ifPresent(Lease::close))
            .orElseThrow(() -> new StartTimeoutException(held(lock)));
    try (Leadership leadership =
        Leadership.begin(
            start, Phase.INFRASTRUCTURE, lock, locks, lease, asked, Optional.of(board))) {
      List<Observed<Readiness>> known = board.readAll().all();
      Optional<Readiness> best =
          known.stream()
              .map(Observed::value)
              .filter(Readiness::isReady)
              .findFirst()
              .or(() -> known.stream().map(Observed::value).findFirst());
      leadership.announceLast(
          new Readiness.Ready(
              start.run(),
              leadership.token(),
              start.holder(),
              best.map(Readiness::completed).orElse(List.of())));
      return best.filter(Readiness::isReady).isEmpty();
    }
  }

  private String held(LockName lock) {
    String holder;
    try {
      holder = locks.askInTime("nothing was changed", l -> l.holder(lock)).orElse("somebody");
    } catch (BackendUnavailableException e) {
      holder = "somebody";
    }
    return "The lock %s is held by %s, so READY was not set; wait until it is done, or stop it"
        .formatted(lock, holder);
  }

  /**
   * Takes the readiness of the run back.
   *
   * @return false if there was none
   */
  public boolean clear() {
    return board.clear();
  }
}
