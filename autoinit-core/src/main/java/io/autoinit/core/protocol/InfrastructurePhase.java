package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The infrastructure phase: once per run id for the whole fleet, under a distributed lock, then
 * READY.
 *
 * <p>The claim keeps the crowd from the lock's store; safety comes from the lock and its token
 * alone.
 */
public final class InfrastructurePhase {

  private static final Duration LOCK_PAUSE = Duration.ofMillis(250);

  private final Start start;
  private final Board board;
  private final Store<LockProvider> locks;
  private final LockName lock;
  private final List<InitStep> steps;
  private final Duration began;
  private boolean worked;
  private boolean published;

  /**
   * Prepares the phase; no store is asked yet.
   *
   * @param start what all parts share
   * @param board where the run is recorded
   * @param locks the lock's backend, opened by candidates only
   * @param steps the steps in their order
   */
  public InfrastructurePhase(
      Start start, Board board, Store<LockProvider> locks, List<InitStep> steps) {
    this.start = start;
    this.board = board;
    this.locks = locks;
    this.lock = LockName.infrastructure(start.run().namespace());
    this.steps = List.copyOf(steps);
    this.began = start.timeline().now();
  }

  /**
   * Leads the phase, or waits until another member has.
   *
   * @return what this process did
   * @throws InterruptedException if the thread is interrupted; the lease is released then
   * @throws io.autoinit.AutoInitException if the phase did not end well
   */
  public PhaseResult run() throws InterruptedException {
    try (Watchpost post = new Watchpost(start, Phase.INFRASTRUCTURE, board)) {
      while (true) {
        Look look = post.look();
        if (mayClaim(look)) {
          Optional<PhaseResult> result = compete(post, look);
          if (result.isPresent()) {
            return result.get();
          }
          look = post.look();
        }
        if (look.ready()) {
          return alreadyReady(look.record().orElseThrow());
        }
        post.await(look);
        if (post.toldReady()) {
          return alreadyReady("run %s is READY".formatted(start.run().inWords()));
        }
      }
    }
  }

  /**
   * Whether this member has run steps, or found all of them completed.
   *
   * @return false for one that only waited
   */
  public boolean worked() {
    return worked;
  }

  /**
   * Whether it was this member that published READY, and not only wrote it again.
   *
   * @return true for one member of each run, unless it was cleared
   */
  public boolean published() {
    return published;
  }

  private boolean mayClaim(Look look) {
    return !isPositive(look.closedFor(start.pace())) || isMine(look);
  }

  /** A claim whose reply was lost: it stands, and it is this member's. */
  private boolean isMine(Look look) {
    return look.record()
        .filter(Readiness.Claimed.class::isInstance)
        .filter(claim -> claim.holder().equals(start.holder()))
        .isPresent();
  }

  /** Claims, gets the lock and leads. Empty if another member was faster. */
  private Optional<PhaseResult> compete(Watchpost post, Look look) throws InterruptedException {
    Optional<Observed<Readiness>> claimed =
        board.claim(look.source(), Claim.of(start.run(), start.holder(), look.found()));
    if (claimed.isEmpty()) {
      return Optional.empty();
    }
    start.events().tell(new InitEvent.Claimed(Phase.INFRASTRUCTURE, whyClaimed(post, look)));
    try (ClaimHeart claim = new ClaimHeart(start, board, look.source(), claimed.get())) {
      try {
        Optional<Won> won = acquire(post, claim);
        return won.isEmpty()
            ? Optional.empty()
            : Optional.of(lead(post, won.get(), claim, look.record()));
      } catch (BackendException | StartTimeoutException | InterruptedException e) {
        claim.withdraw();
        throw e;
      }
    }
  }

  private static String whyClaimed(Watchpost post, Look look) {
    Optional<Readiness> seen = look.record();
    if (seen.isEmpty()) {
      // Whether anybody has run it before is not known: a record that was cleared leaves no trace.
      return post.hasSeenRecord(look)
          ? "the record of this run was cleared, or the store lost it"
          : "nobody leads this run";
    }
    Readiness record = seen.get();
    if (record instanceof Readiness.Failed failed) {
      return "step '%s' failed before and its retry is due".formatted(failed.step());
    }
    return record instanceof Readiness.Stopped
        ? record.holder() + " stopped before it was done"
        : "%s has not been heard of for %s"
            .formatted(record.holder(), Texts.of(look.found().orElseThrow().age()));
  }

  /**
   * A lease that was won.
   *
   * @param lease the lease
   * @param askedAt when the attempt that won was sent
   */
  private record Won(Lease lease, Duration askedAt) {}

  /** Tries until the lock is won. Empty if the claim was lost meanwhile. */
  private Optional<Won> acquire(Watchpost post, ClaimHeart claim) throws InterruptedException {
    while (claim.held()) {
      Duration asked = start.timeline().now();
      try {
        Optional<Lease> lease =
            locks.askInTime(
                locks::whatFollows,
                l -> l.tryAcquire(lock, start.pace().leaseTtl()),
                late -> late.ifPresent(Lease::close));
        if (lease.isPresent()) {
          return Optional.of(new Won(lease.get(), asked));
        }
        if (start.deadline().passed()) {
          throw new StartTimeoutException(
              "The lock %s was not free within %s: %s holds it"
                  .formatted(lock, Texts.of(start.deadline().span()), lockHolder()));
        }
        post.tell("%s holds the lock %s".formatted(lockHolder(), lock));
      } catch (BackendUnavailableException e) {
        if (start.deadline().passed()) {
          throw e;
        }
      }
      Duration pause = LOCK_PAUSE.plus(start.timeline().random(LOCK_PAUSE));
      start.timeline().sleep(start.deadline().cut(pause));
    }
    return Optional.empty();
  }

  private String lockHolder() {
    try {
      return locks
          .askUntilDeadline(l -> l.holder(lock))
          .orElse("somebody (the store does not tell who)");
    } catch (BackendUnavailableException e) {
      return "somebody";
    }
  }

  /**
   * Holds the lock: reads again, waits for a predecessor to have stopped, works, publishes READY.
   *
   * @param before the record that the claim took the place of
   */
  private PhaseResult lead(Watchpost post, Won won, ClaimHeart claim, Optional<Readiness> before)
      throws InterruptedException {
    try (Leadership leadership =
        Leadership.begin(
            start,
            Phase.INFRASTRUCTURE,
            lock,
            locks,
            won.lease(),
            won.askedAt(),
            Optional.of(board))) {
      start
          .events()
          .tell(
              new InitEvent.LeaseAcquired(
                  Phase.INFRASTRUCTURE,
                  lock.toString(),
                  leadership.token(),
                  start.timeline().now().minus(began)));
      warnIfForgetful();
      while (true) {
        Board.Known known = awaitPredecessor(leadership, post);
        Optional<Readiness> ready = known.ready().map(Observed::value);
        if (ready.isPresent()) {
          return repair(leadership, ready.get());
        }
        Optional<Observed<Readiness>> failure = post.news(known);
        if (failure.isPresent()) {
          leadership.requireHeld();
          throw endWith(failure.get(), known, claim);
        }
        InfrastructureWork work =
            new InfrastructureWork(start, leadership, steps, known.completed(), began);
        if (work.open(known.evidence().map(Observed::revision))) {
          tellWhatWasFound(known, before, work.completed());
          worked = true;
          leadership.begun();
          PhaseResult result = work.run(claim);
          published = true;
          return result;
        }
      }
    }
  }

  /**
   * It failed while this member was on its way to the lock: that ends all who wait, this one too.
   */
  private StepFailedException endWith(
      Observed<Readiness> seen, Board.Known known, ClaimHeart claim) {
    Readiness.Failed failure = (Readiness.Failed) seen.value();
    claim.close();
    // A signal that was silent under the lock, or is now, would be waited for again.
    boolean answers = known.told(board.signalName()) && board.passOn(failure, seen.age());
    if (answers || !claim.liesInSignal()) {
      claim.withdraw();
    }
    return Watchpost.endedBy(failure);
  }

  private Board.Known readUnderLock(Leadership leadership) throws InterruptedException {
    while (true) {
      try {
        return board.readAll();
      } catch (BackendUnavailableException e) {
        leadership.requireHeld();
        if (start.deadline().passed()) {
          throw e;
        }
        start.timeline().sleep(start.deadline().cut(LOCK_PAUSE));
      }
    }
  }

  private void warnIfForgetful() {
    if (!board.remembers()) {
      start
          .events()
          .tell(
              new InitEvent.Warned(
                  "Nothing durable records that run %s is done: if '%s' loses its data, the infrastructure steps run again; a lock backend that keeps a ledger (postgres, zookeeper) prevents it"
                      .formatted(start.run().inWords(), board.signalName())));
    }
  }

  /** READY stands in one place: it is written where it is missing, and nothing runs again. */
  private PhaseResult repair(Leadership leadership, Readiness ready) throws InterruptedException {
    leadership.announceLast(
        new Readiness.Ready(start.run(), leadership.token(), ready.holder(), ready.completed()));
    return alreadyReady(ready);
  }

  /**
   * Reads until no predecessor can still be at work and the retry of a failure is due, or until
   * READY is seen, or that this member has failed with its leader.
   */
  private Board.Known awaitPredecessor(Leadership leadership, Watchpost post)
      throws InterruptedException {
    while (true) {
      Board.Known seen = readUnderLock(leadership);
      Duration left =
          seen.all().stream()
              .filter(s -> !(s.value() instanceof Readiness.Claimed))
              .map(s -> Look.closedFor(s, start.pace()))
              .max(Comparator.naturalOrder())
              .orElse(Duration.ZERO);
      if (!isPositive(left) || seen.ready().isPresent() || post.news(seen).isPresent()) {
        return seen;
      }
      leadership.requireHeld();
      if (start.deadline().passed()) {
        throw new StartTimeoutException(
            "Run %s cannot be taken over yet: its last leader may be at work for another %s"
                .formatted(start.run().inWords(), Texts.of(left)));
      }
      Duration heart = start.deadline().cut(start.pace().heartbeat());
      leadership.bell().await(left.compareTo(heart) < 0 ? left : heart);
    }
  }

  /** Where the claim lies in the only store, the record of the former leader is gone by now. */
  private void tellWhatWasFound(
      Board.Known known, Optional<Readiness> before, List<CompletedStep> completed) {
    Optional<String> former =
        Stream.concat(known.all().stream().map(Observed::value), before.stream())
            .filter(r -> r.token() > 0 || !r.completed().isEmpty())
            .map(Readiness::holder)
            .filter(holder -> !holder.equals(start.holder()))
            .findFirst();
    if (former.isPresent()) {
      start
          .events()
          .tell(
              new InitEvent.TakenOver(
                  Phase.INFRASTRUCTURE,
                  former.get(),
                  completed.stream().map(CompletedStep::name).toList()));
    } else if (known.all().stream().allMatch(seen -> seen.value().token() == 0)) {
      start.events().tell(new InitEvent.NothingRecorded(Phase.INFRASTRUCTURE, known.asked()));
    }
  }

  private PhaseResult alreadyReady(Readiness ready) {
    return alreadyReady("run %s is READY by %s".formatted(start.run().inWords(), ready.holder()));
  }

  private PhaseResult alreadyReady(String why) {
    Duration took = start.timeline().now().minus(began);
    start.events().tell(new InitEvent.PhaseSkipped(Phase.INFRASTRUCTURE, why, took));
    return new PhaseResult(0, steps.size(), 0);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isZero() && !duration.isNegative();
  }
}
