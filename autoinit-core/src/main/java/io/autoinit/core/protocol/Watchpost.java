package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a member of the fleet waits for the infrastructure phase: it looks, waits for a hint, for
 * the store's next turn or for the leader's heartbeat to go stale, and looks again. Used by one
 * thread.
 */
final class Watchpost implements AutoCloseable {

  private static final Duration PAUSE_IN_TROUBLE = Duration.ofMillis(500);
  private static final Duration SPREAD = Duration.ofMillis(200);

  private final Start start;
  private final Phase phase;
  private final Board board;
  private final Timeline.Signal bell;
  private final Duration cameAt;
  private volatile Duration heardAt = Duration.ZERO;
  private volatile boolean toldReady;
  private @Nullable Watch watch;
  private final Set<Store<?>> asked = new HashSet<>();
  private long oldFailure;
  private Optional<Readiness.Running> progress = Optional.empty();
  private final Set<Store<?>> recorded = new HashSet<>();
  private String told = "";
  private String hint = "";

  Watchpost(Start start, Phase phase, Board board) {
    this.start = start;
    this.phase = phase;
    this.board = board;
    this.bell = start.timeline().signal();
    this.cameAt = start.timeline().now();
  }

  /**
   * Looks until a store answers.
   *
   * @throws BackendUnavailableException if none did until the deadline
   * @throws StepFailedException if the leader failed while this member waited
   */
  Look look() throws InterruptedException {
    Look look = lookWithPatience();
    failIfNews(look);
    if (watch == null && !look.ready()) {
      // Subscribe, then read, then wait: a change between the two is not missed.
      watch = board.watch(this::hear);
      if (watch != Watch.NONE) {
        look = lookWithPatience();
        failIfNews(look);
      }
    }
    return look;
  }

  private Look lookWithPatience() throws InterruptedException {
    while (true) {
      try {
        return board.look();
      } catch (BackendUnavailableException e) {
        if (start.deadline().passed()) {
          throw e;
        }
        Duration pause = PAUSE_IN_TROUBLE.plus(start.timeline().random(PAUSE_IN_TROUBLE));
        start.timeline().sleep(start.deadline().cut(pause));
      }
    }
  }

  private void hear(Hint hint) {
    if (hint == Hint.BEAT) {
      heardAt = start.timeline().now();
      return;
    }
    if (hint == Hint.READY) {
      toldReady = true;
    }
    bell.raise();
  }

  /** Whether the store has told that READY took the place of what was seen: that needs no look. */
  boolean toldReady() {
    return toldReady;
  }

  /**
   * A failure from before this member came is old news; any other ends it at once. What it finds at
   * its first look at a store is told apart by its age; what comes later is news.
   */
  private void failIfNews(Look look) {
    boolean first = asked.add(look.source());
    if (look.failure().isEmpty()) {
      return;
    }
    Readiness.Failed failure = look.failure().get();
    if (first) {
      setAsideIfOld(failure, look.found().orElseThrow().age(), look.at());
    }
    if (isNews(failure)) {
      throw endedBy(failure);
    }
  }

  /**
   * What was read under the lock may be such news too, of a leader that this member did not hear
   * of: by its age, unless a later leader is known.
   */
  Optional<Observed<Readiness>> news(Board.Known known) {
    Optional<Observed<Readiness>> last = known.failure();
    if (last.isEmpty()) {
      return last;
    }
    Readiness.Failed failure = (Readiness.Failed) last.get().value();
    setAsideIfOld(failure, last.get().age(), start.timeline().now());
    return last.filter(seen -> isNews(failure));
  }

  private boolean isNews(Readiness.Failed failure) {
    return failure.token() > oldFailure;
  }

  private void setAsideIfOld(Readiness.Failed failure, Duration age, Duration at) {
    if (age.compareTo(at.minus(cameAt)) > 0) {
      oldFailure = Math.max(oldFailure, failure.token());
    }
  }

  static StepFailedException endedBy(Readiness.Failed failure) {
    return new StepFailedException(
        failure.step(),
        // The cause names the step.
        "%s led this run and ended it: %s".formatted(failure.holder(), failure.cause()));
  }

  /**
   * Waits until it is worth looking again for who claims what keeps nobody away.
   *
   * @throws StartTimeoutException if the deadline has passed
   */
  void await(Look look) throws InterruptedException {
    // A record that keeps nobody away changes soon: whoever was faster writes it.
    await(look, PAUSE_IN_TROUBLE);
  }

  /**
   * Waits until it is worth looking again.
   *
   * @param longest how long at most while nobody leads; else the store says when to look again
   * @throws StartTimeoutException if the deadline has passed
   */
  void await(Look look, Duration longest) throws InterruptedException {
    String whom = describe(look);
    Optional<Readiness.Running> news = news(look);
    if (start.deadline().passed()) {
      throw timedOut(look, whom);
    }
    tell(whom);
    news.ifPresent(this::tellProgress);
    Duration closed = look.closedFor(start.pace());
    boolean waitsForStaleness = !closed.isZero() && !closed.isNegative();
    Duration stale = look.at().plus(closed).plus(start.timeline().random(SPREAD));
    if (!hears(look)) {
      // The others look too, one of them soon: out of turn only once nobody seems to be left.
      stale = stale.plus(start.pace().takeoverDelay());
    }
    Duration pause = waitsForStaleness ? look.again() : shorter(look.again(), longest);
    Duration again = look.at().plus(pause);
    while (true) {
      Duration now = start.timeline().now();
      Duration until = waitsForStaleness && stale.compareTo(again) < 0 ? stale : again;
      if (now.compareTo(until) >= 0) {
        return;
      }
      if (bell.await(start.deadline().cut(until.minus(now))) || start.deadline().passed()) {
        return;
      }
      Duration fresh = heardAt.plus(start.pace().takeoverDelay());
      if (heardAt.compareTo(look.at()) > 0 && fresh.compareTo(stale) > 0) {
        stale = fresh;
      }
    }
  }

  /**
   * Whether the heartbeats that follow a look are told; where they are not, the store gives turns.
   */
  private boolean hears(Look look) {
    return watch != Watch.NONE && board.isSignal(look.source());
  }

  /** What the leader's record says that it did not before: a heart that beats is no progress. */
  private Optional<Readiness.Running> news(Look look) {
    Optional<Readiness.Running> running =
        look.record()
            .filter(Readiness.Running.class::isInstance)
            .map(Readiness.Running.class::cast);
    if (running.isEmpty() || running.equals(progress) || nobodyLeads(look)) {
      return Optional.empty();
    }
    if (progress.isPresent()) {
      start.deadline().progressed();
    }
    progress = running;
    return running;
  }

  private void tellProgress(Readiness.Running running) {
    if (running.step().isPresent() && running.progress().isPresent()) {
      start
          .events()
          .tell(
              new InitEvent.LeaderProgress(
                  phase,
                  running.holder(),
                  running.step().get(),
                  running.attempt(),
                  running.progress().get()));
    }
  }

  private boolean nobodyLeads(Look look) {
    Duration closed = look.closedFor(start.pace());
    return closed.isZero() || closed.isNegative();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private StartTimeoutException timedOut(Look look, String whom) {
    Optional<Readiness.Failed> failure = look.failure();
    return new StartTimeoutException(
        "Run %s was not READY within %s: %s%s%s%s"
            .formatted(
                start.run().inWords(),
                Texts.of(start.deadline().span()),
                whom + (isClaimed(look) ? board.whereTheLockIs() : ""),
                failure.map(f -> " (" + f.cause() + ")").orElse(""),
                isLed(look)
                    ? "; its last heartbeat was %s ago: while it beats, a longer autoinit.timeout waits for it"
                        .formatted(Texts.of(silence(look)))
                    : "",
                board.troubles().stream().map("; "::concat).collect(Collectors.joining())));
  }

  private static boolean isClaimed(Look look) {
    return look.record().filter(Readiness.Claimed.class::isInstance).isPresent();
  }

  /** Whether this member has waited for somebody whose record it saw in the same store. */
  boolean hasSeenRecord(Look look) {
    return recorded.contains(look.source());
  }

  private boolean isLed(Look look) {
    return !nobodyLeads(look)
        && look.record().filter(Readiness.Running.class::isInstance).isPresent();
  }

  /** For how long the leader has not been heard of: it may have ended just now. */
  private Duration silence(Look look) {
    Duration beat = look.at().minus(look.found().orElseThrow().age());
    Duration last = heardAt.compareTo(beat) > 0 ? heardAt : beat;
    return start.timeline().now().minus(last);
  }

  /** What is told beside the news that nobody leads. */
  void mention(String words) {
    hint = "; " + words;
  }

  private String describe(Look look) {
    Optional<Readiness> found = look.record();
    if (found.isEmpty()) {
      return hasSeenRecord(look)
          ? "its record was cleared, or the store lost it; who leads records itself again"
          : "nobody leads this run yet" + hint;
    }
    recorded.add(look.source());
    Readiness record = found.get();
    if (record instanceof Readiness.Running running) {
      return running
          .step()
          .map(step -> "%s leads and runs step '%s'".formatted(record.holder(), step))
          .orElse(record.holder() + " leads");
    }
    if (record instanceof Readiness.Claimed) {
      return record.holder() + " is about to lead";
    }
    if (record instanceof Readiness.Failed failed) {
      return "step '%s' failed on %s before this start; the next try is due %s after it"
          .formatted(failed.step(), failed.holder(), Texts.of(failed.retryAfter()));
    }
    return record.holder() + " has stopped leading";
  }

  /** Tells for whom this member waits, once for each of them. */
  void tell(String reason) {
    if (!reason.equals(told)) {
      told = reason;
      Deadline deadline = start.deadline();
      start.events().tell(new InitEvent.Waiting(phase, reason, deadline.left(), deadline.moves()));
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
