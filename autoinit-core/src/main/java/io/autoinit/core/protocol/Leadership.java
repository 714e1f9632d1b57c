package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.LeaseLostException;
import io.autoinit.Phase;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A held lease with its heart: renews it, beats the record that proves it, and knows by its own
 * clock until when it is valid. One thread leads and writes the first record; from then on the
 * heart is the only writer, each record over the one before it.
 */
final class Leadership implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration PAUSE_IN_TROUBLE = Duration.ofMillis(200);

  /** How long a loss that everybody acts on already waits to be told with its cause. */
  private static final Duration INQUIRY = Duration.ofMillis(500);

  private static final String NEXT = "; this member stops its work, and another one may go on";

  private final Start start;
  private final Phase phase;
  private final LockName lock;
  private final Store<LockProvider> locks;
  private final Lease lease;
  private final Optional<Board> board;
  private final @Nullable Pen evidence;
  private final Timeline.Signal bell;
  private final Timeline.Signal heartBell;
  private final Timeline.Signal mirrorBell;
  private final Timeline.Task heart;
  private final Timeline.@Nullable Task mirror;

  /** A record that stands in the evidence. */
  private record Proven(long version, Readiness record) {}

  private volatile @Nullable Readiness record;
  private volatile @Nullable Proven proven;
  private volatile long version;
  private long stage;
  private volatile long evident;
  private volatile long mirrored;
  private volatile long tried;
  private volatile Duration renewedAt;
  private volatile Duration evidentAt;
  private volatile @Nullable String lost;
  private volatile boolean inquiring;
  private volatile @Nullable String asking;
  private volatile Timeline.@Nullable Task inquiry;
  private volatile @Nullable String trouble;
  private volatile boolean closed;
  private volatile boolean worked;
  private boolean troubled;

  /**
   * Begins to keep a lease; gives it back if that fails.
   *
   * @param locks where the lease is kept, to be asked why it was lost
   * @param askedAt when the attempt that won the lease was sent
   * @param board where the record is kept; empty for a phase without one
   */
  static Leadership begin(
      Start start,
      Phase phase,
      LockName lock,
      Store<LockProvider> locks,
      Lease lease,
      Duration askedAt,
      Optional<Board> board) {
    try {
      boolean mirrors = board.filter(Board::hasLedger).isPresent();
      Duration validFrom = renewIfSlow(start, lock, locks, lease, askedAt);
      return new Leadership(start, phase, lock, locks, lease, validFrom, board, mirrors);
    } catch (RuntimeException e) {
      try {
        releaseInTime(locks, lease);
      } catch (RuntimeException silent) {
        e.addSuppressed(silent);
      }
      throw e;
    }
  }

  /** A store that took long to grant the lease has used up some of its validity. */
  private static Duration renewIfSlow(
      Start start, LockName lock, Store<LockProvider> locks, Lease lease, Duration askedAt) {
    Duration now = start.timeline().now();
    if (now.minus(askedAt).compareTo(start.pace().heartbeat()) <= 0) {
      return askedAt;
    }
    try {
      if (!locks.<Boolean>asideInTime(l -> lease.renew(), late -> {})) {
        throw new LeaseLostException(
            "The lease on %s was lost while the store was granting it".formatted(lock));
      }
      return now;
    } catch (BackendUnavailableException e) {
      // Nothing is lost yet: the heart tries again for as long as the lease is valid.
      return askedAt;
    }
  }

  private Leadership(
      Start start,
      Phase phase,
      LockName lock,
      Store<LockProvider> locks,
      Lease lease,
      Duration askedAt,
      Optional<Board> board,
      boolean mirrors) {
    this.start = start;
    this.phase = phase;
    this.lock = lock;
    this.locks = locks;
    this.lease = lease;
    this.board = board;
    this.evidence = board.map(b -> b.evidence(() -> record == null)).orElse(null);
    this.renewedAt = askedAt;
    this.evidentAt = askedAt;
    this.bell = start.timeline().signal();
    this.heartBell = start.timeline().signal();
    this.mirrorBell = start.timeline().signal();
    this.heart = start.timeline().start("autoinit-heart", this::beat);
    this.mirror = mirrors ? start.timeline().start("autoinit-mirror", this::mirror) : null;
  }

  /** Whoever has released a lease that it never used need not know that the store has heard it. */
  private static void releaseInTime(Store<LockProvider> locks, Lease lease) {
    var unused =
        locks.<Boolean>asideInTime(
            l -> {
              lease.close();
              return true;
            },
            late -> {});
  }

  long token() {
    return lease.token();
  }

  /** Work begins: from now on the release is waited for, however long it takes. */
  void begun() {
    worked = true;
  }

  /** Rings when the lease is lost; whoever leads may ring it too. */
  Timeline.Signal bell() {
    return bell;
  }

  /**
   * How long the lease is valid if nothing renews it.
   *
   * <p>Validity counts from before the renewal and the heartbeat that last succeeded. It leaves
   * room for the cancel grace, and for clocks that differ by a tenth, before the heartbeat is a
   * takeover delay old by the store's clock: so this leader has stopped before a successor starts.
   */
  Duration validFor() {
    Duration since = renewedAt.compareTo(evidentAt) < 0 ? renewedAt : evidentAt;
    Duration left = since.plus(start.pace().validity()).minus(start.timeline().now());
    if (lost == null && (left.isNegative() || left.isZero())) {
      // Once passed it is over: a successor may have begun, whatever the store says later.
      loseUnrenewed();
    }
    return lost == null ? left : Duration.ZERO;
  }

  private void loseUnrenewed() {
    String said = trouble;
    String silent = asking;
    if (said != null) {
      lose(notRenewed(said));
    } else if (silent == null) {
      lose(notRenewed("its store took long to answer, or this process stood still"));
    } else {
      loseInSilence(silent);
    }
  }

  private String notRenewed(String why) {
    return "the lease on %s could not be renewed within %s: %s"
        .formatted(lock, Texts.of(start.pace().validity()), why);
  }

  /** Stops the work at once; the backend is asked beside it what it lacks, and may take long. */
  private void loseInSilence(String silent) {
    String known = notRenewed("'%s' does not answer".formatted(silent));
    boolean over = closed;
    if (becomesLost(known + NEXT)) {
      inquiry =
          start
              .timeline()
              .start(
                  "autoinit-inquiry",
                  () -> {
                    String why =
                        locks
                                .waitsFor(silent)
                                .map(start::explain)
                                .map(this::notRenewed)
                                .orElse(known)
                            + NEXT;
                    lost = why;
                    if (!over) {
                      start.events().tell(new InitEvent.LeaseLost(phase, why));
                    }
                  });
      bell.raise();
    }
  }

  boolean held() {
    return !validFor().isZero();
  }

  void requireHeld() {
    if (!held()) {
      throw new LeaseLostException(lossReason());
    }
  }

  /** Why, as far as it is found out soon: who asks has nothing to do any more. */
  private String lossReason() {
    if (inquiring) {
      await(heart);
    }
    Timeline.Task asked = inquiry;
    if (asked != null) {
      await(asked);
    }
    String reason = lost;
    return reason == null ? "the lease on %s was given back".formatted(lock) : reason;
  }

  private static void await(Timeline.Task inquiry) {
    try {
      boolean unused = inquiry.join(INQUIRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Makes the first record known, over what was read under the lock; the heart beats it from then
   * on.
   *
   * @param read the revision of the evidence that was read; empty if there was none
   * @return false if the evidence has changed since, so that it must be read again
   * @throws LeaseLostException if the lease is lost, or the record was refused
   * @throws BackendUnavailableException if the record could not be written until the deadline
   */
  boolean open(Readiness first, Optional<String> read) throws InterruptedException {
    Pen pen = Objects.requireNonNull(evidence);
    while (true) {
      requireHeld();
      Duration sent = start.timeline().now();
      try {
        switch (pen.open(first, read)) {
          case WRITTEN -> {
            opened(first, sent);
            requireHeld();
            return true;
          }
          case CHANGED -> {
            return false;
          }
          case REFUSED -> loseToAnother();
        }
      } catch (BackendUnavailableException e) {
        // Until it has said something, this member's renewals alone keep the lease valid.
        if (start.deadline().passed()) {
          throw e;
        }
        Duration left = start.deadline().cut(validFor());
        bell.await(left.compareTo(PAUSE_IN_TROUBLE) < 0 ? left : PAUSE_IN_TROUBLE);
      }
    }
  }

  private synchronized void opened(Readiness first, Duration sent) {
    stage++;
    version++;
    evidentAt = sent;
    proven = new Proven(version, first);
    evident = version;
    record = first;
    heartBell.raise();
    mirrorBell.raise();
  }

  private void loseToAnother() {
    loseAndAsk("a newer leader has taken over " + lock + ", or the run was declared READY by hand");
  }

  /**
   * Stops the work at once, and says why when the store of the lock has told who holds it, or for a
   * moment has not.
   */
  private void loseAndAsk(String known) {
    inquiring = true;
    if (becomesLost(known + NEXT) && !closed) {
      bell.raise();
      String why = inquire(known);
      lost = why;
      start.events().tell(new InitEvent.LeaseLost(phase, why));
    }
    inquiring = false;
    bell.raise();
  }

  private String inquire(String known) {
    AtomicReference<String> found = new AtomicReference<>(known + NEXT);
    Timeline.Signal answered = start.timeline().signal();
    start
        .timeline()
        .start(
            "autoinit-inquiry",
            () -> {
              found.set(found(known));
              answered.raise();
            });
    try {
      answered.await(shorter(INQUIRY, start.pace().cancelGrace().dividedBy(2)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Objects.requireNonNullElse(found.get(), known + NEXT);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private String found(String known) {
    try {
      Optional<String> holder = locks.aside(l -> l.holder(lock));
      return holder.equals(Optional.of(start.holder()))
          ? known + NEXT
          : "%s: it was taken away by hand (autoinit unlock), or the store dropped it, and %s%s"
              .formatted(
                  known,
                  holder.map(h -> h + " holds the lock now").orElse("nobody holds the lock now"),
                  NEXT);
    } catch (BackendUnavailableException e) {
      return "%s, as it does not answer: %s%s when it answers"
          .formatted(known, start.explain(e), NEXT);
    } catch (RuntimeException e) {
      return "%s: %s%s".formatted(known, start.explain(e), NEXT);
    }
  }

  /**
   * Makes a record known: returns when it is in the evidence.
   *
   * @throws LeaseLostException if the lease is lost, or the record was refused
   */
  void announce(Readiness next) throws InterruptedException {
    long mine = replace(next);
    heartBell.raise();
    while (evident < mine) {
      requireHeld();
      bell.await(validFor());
    }
  }

  /** Makes a last record known also in the signal, if that answers within a moment. */
  void announceLast(Readiness last) throws InterruptedException {
    announce(last);
    long mine = evident;
    Duration end = start.timeline().now().plus(PATIENCE);
    while (mirror != null && tried < mine && lost == null) {
      Duration left = end.minus(start.timeline().now());
      if (left.isNegative() || left.isZero()) {
        return;
      }
      bell.await(left);
    }
  }

  /** How far the leader is: it moves on with every announcement. */
  synchronized long stage() {
    return stage;
  }

  /**
   * Lets the next heartbeat carry another record, unless the leader has moved on since: what a step
   * tells late never replaces what was announced after it.
   */
  synchronized void mention(long during, Readiness next) {
    if (during == stage) {
      record = next;
      version++;
    }
  }

  private synchronized long replace(Readiness next) {
    stage++;
    record = next;
    return ++version;
  }

  private void beat() {
    try {
      while (!closed && renew() && prove()) {
        trouble = troubled ? trouble : null;
        heartBell.await(troubled ? PAUSE_IN_TROUBLE : start.pace().heartbeat());
      }
    } catch (InterruptedException e) {
      lose("the heart of the lease on " + lock + " was interrupted");
    } catch (RuntimeException e) {
      lose("the lease on %s cannot be kept: %s".formatted(lock, start.explain(e)));
    }
  }

  /** Renews; an answer that does not come is no loss yet: validity ends by itself. */
  private boolean renew() {
    Duration sent = start.timeline().now();
    troubled = false;
    asking = locks.name();
    try {
      if (!lease.renew()) {
        loseAndAsk("'%s' no longer holds the lease on %s".formatted(locks.name(), lock));
        return false;
      }
    } catch (BackendUnavailableException e) {
      return stillWorthTrying(e);
    }
    asking = null;
    if (!held()) {
      return false;
    }
    renewedAt = sent;
    start.events().tell(new InitEvent.LeaseRenewed(phase, start.timeline().now().minus(sent)));
    return true;
  }

  /** Beats the record in the evidence. */
  private boolean prove() {
    long current = version;
    Readiness now = record;
    Duration sent = start.timeline().now();
    Pen pen = evidence;
    if (now == null || pen == null) {
      nothingToProve(sent);
      return true;
    }
    if (current == evident && !(now instanceof Readiness.Running)) {
      evidentAt = sent;
      return true;
    }
    asking = board.orElseThrow().evidenceName();
    try {
      if (!pen.write(now)) {
        loseToAnother();
        return false;
      }
    } catch (BackendUnavailableException e) {
      return stillWorthTrying(e);
    }
    asking = null;
    if (!held()) {
      return false;
    }
    evidentAt = sent;
    proven = new Proven(current, now);
    evident = current;
    bell.raise();
    mirrorBell.raise();
    return true;
  }

  /** Never over the moment of a first record that was opened meanwhile: that was sent before. */
  private synchronized void nothingToProve(Duration sent) {
    if (record == null) {
      evidentAt = sent;
    }
  }

  private boolean stillWorthTrying(BackendUnavailableException silent) {
    troubled = true;
    trouble = start.explain(silent);
    asking = null;
    return held();
  }

  /** Beats in the signal what stands in the evidence, as far as the signal answers. */
  private void mirror() {
    Board both = board.orElseThrow();
    Pen pen = both.signal();
    try {
      while (!closed && lost == null) {
        Proven next = proven;
        if (next != null
            && held()
            && (next.version() > mirrored || next.record() instanceof Readiness.Running)) {
          mirrorOnce(both, pen, next);
        }
        mirrorBell.await(start.pace().heartbeat());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      start
          .events()
          .tell(
              new InitEvent.BackendTroubled(
                  both.signalName(), start.explain(e), "the ledger carries on alone"));
    }
  }

  private void mirrorOnce(Board both, Pen pen, Proven next) {
    try {
      if (!pen.write(next.record())
          && both.findSignal().filter(s -> newer(s.value())).isPresent()) {
        lose("a newer leader has taken over " + lock);
        return;
      }
      mirrored = next.version();
    } catch (BackendUnavailableException e) {
      // The ledger has it: whoever misses the signal finds it there.
    } finally {
      tried = next.version();
      bell.raise();
    }
  }

  private boolean newer(Readiness other) {
    return other.token() > token() && !other.isReady();
  }

  private void lose(String why) {
    String reason = why + NEXT;
    if (becomesLost(reason) && !closed) {
      start.events().tell(new InitEvent.LeaseLost(phase, reason));
    }
    bell.raise();
  }

  private synchronized boolean becomesLost(String reason) {
    if (lost != null) {
      return false;
    }
    lost = reason;
    return true;
  }

  /** Stops the heart and gives the lease back. */
  @Override
  public void close() {
    closed = true;
    heartBell.raise();
    mirrorBell.raise();
    boolean interrupted = Thread.interrupted();
    try {
      heart.join(PATIENCE);
      if (mirror != null) {
        mirror.join(PATIENCE);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    try {
      release();
      if (lost == null) {
        start.events().tell(new InitEvent.LeaseReleased(phase, lock.toString()));
      }
    } catch (BackendException e) {
      start
          .events()
          .tell(
              new InitEvent.Warned(
                  "The lock %s could not be released (%s); the store frees it by itself"
                      .formatted(lock, start.explain(e))));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void release() {
    if (worked) {
      lease.close();
    } else {
      releaseInTime(locks, lease);
    }
  }
}
