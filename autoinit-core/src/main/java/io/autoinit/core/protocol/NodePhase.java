package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The node phase: once per node and run id, behind a lock and a marker, after READY. */
public final class NodePhase {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Start start;
  private final Optional<Board> board;
  private final Store<LockProvider> locks;
  private final Store<MarkerStore> markers;
  private final Function<MarkerStore, MarkerKey> key;
  private final List<InitStep> steps;
  private final boolean fatalOnError;
  private final Duration began;
  private Optional<Marker> before = Optional.empty();
  private boolean worked;

  /**
   * Prepares the phase; no store is asked yet.
   *
   * @param start what all parts share
   * @param board where the run is recorded; empty if it is known to be READY
   * @param locks the locks of the markers' backend
   * @param markers where the node remembers
   * @param key whose marker it is, given who sees the store
   * @param steps the steps in their order
   * @param fatalOnError whether any failure of a step ends the phase
   */
  public NodePhase(
      Start start,
      Optional<Board> board,
      Store<LockProvider> locks,
      Store<MarkerStore> markers,
      Function<MarkerStore, MarkerKey> key,
      List<InitStep> steps,
      boolean fatalOnError) {
    this.start = start;
    this.board = board;
    this.locks = locks;
    this.markers = markers;
    this.key = key;
    this.steps = List.copyOf(steps);
    this.fatalOnError = fatalOnError;
    this.began = start.timeline().now();
  }

  /**
   * Waits for READY, then runs the steps of this node, or waits until another member has.
   *
   * @return what this process did
   * @throws InterruptedException if the thread is interrupted; the lease is released then
   * @throws io.autoinit.AutoInitException if the phase did not end well
   */
  public PhaseResult run() throws InterruptedException {
    if (board.isPresent()) {
      var unused = new ReadyWait(start, Phase.NODE, board.get(), Optional::empty).run();
    }
    MarkerKey mine = patiently(() -> markers.askUntilDeadline(key));
    LockName lock = LockName.node(mine.namespace(), mine.node());
    before = findMarker(mine);
    Optional<Marker> marker = before;
    String told = "";
    while (true) {
      if (marker.filter(this::isDone).isPresent()) {
        return skipped();
      }
      Duration asked = start.timeline().now();
      Optional<Lease> lease =
          patiently(
              () ->
                  locks.askInTime(
                      locks::whatFollows,
                      l -> l.tryAcquire(lock, start.pace().leaseTtl()),
                      late -> late.ifPresent(Lease::close)));
      if (lease.isPresent()) {
        return underLock(mine, lock, lease.get(), asked);
      }
      told = waitForLock(lock, told);
      marker = findMarker(mine);
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

  private String waitForLock(LockName lock, String told) throws InterruptedException {
    String holder =
        patiently(() -> locks.askUntilDeadline(l -> l.holder(lock)))
            .orElse("another member of this node");
    if (start.deadline().passed()) {
      throw new StartTimeoutException(
          "The node lock %s was not free within %s: %s holds it"
              .formatted(lock, Texts.of(start.deadline().span()), holder));
    }
    String reason = holder + " runs the steps of this node";
    if (!reason.equals(told)) {
      start.events().tell(new InitEvent.Waiting(Phase.NODE, reason, start.deadline().left()));
    }
    start.timeline().sleep(start.deadline().cut(PAUSE.plus(start.timeline().random(PAUSE))));
    return reason;
  }

  private PhaseResult underLock(MarkerKey mine, LockName lock, Lease lease, Duration asked)
      throws InterruptedException {
    try (Leadership leadership =
        Leadership.begin(start, Phase.NODE, lock, locks, lease, asked, Optional.empty())) {
      start
          .events()
          .tell(
              new InitEvent.LeaseAcquired(
                  Phase.NODE,
                  lock.toString(),
                  leadership.token(),
                  start.timeline().now().minus(began)));
      Optional<Marker> marker = findMarker(mine);
      if (marker.filter(this::isDone).isPresent()) {
        return skipped();
      }
      worked = true;
      leadership.begun();
      return work(mine, leadership, marker);
    }
  }

  private PhaseResult work(MarkerKey mine, Leadership leadership, Optional<Marker> earlierMarker)
      throws InterruptedException {
    Map<String, StepOutcome> outcomes = new LinkedHashMap<>();
    int ran = 0;
    int skipped = 0;
    int failed = 0;
    for (InitStep step : steps) {
      Optional<StepOutcome> earlier =
          earlierMarker.flatMap(m -> m.outcome(step.name())).filter(StepOutcome::succeeded);
      if (earlier.isPresent()) {
        outcomes.put(step.name(), earlier.get());
        skipped++;
        start
            .events()
            .tell(
                new InitEvent.StepSkipped(
                    Phase.NODE, step.name(), "this node has completed it before"));
        continue;
      }
      StepOutcome outcome = runStep(step, leadership);
      outcomes.put(step.name(), outcome);
      ran++;
      failed += outcome.succeeded() ? 0 : 1;
    }
    leadership.requireHeld();
    Marker marker = new Marker(mine, start.holder(), outcomes);
    patiently(
        () -> {
          leadership.requireHeld();
          return markers.ask(
              markers::whatFollows,
              m -> {
                m.put(marker);
                return true;
              });
        });
    Duration took = start.timeline().now().minus(began);
    start.events().tell(new InitEvent.PhaseCompleted(Phase.NODE, ran, skipped, failed, took));
    return new PhaseResult(ran, skipped, failed);
  }

  private StepOutcome runStep(InitStep step, Leadership leadership) throws InterruptedException {
    OnFailure onFailure = fatalOnError ? OnFailure.ABORT : step.policy().onFailure();
    Duration began = start.timeline().now();
    try {
      Duration took =
          new StepRunner(start, leadership).run(step, onFailure, running -> {}, failure -> {});
      return new StepOutcome(took, Optional.empty());
    } catch (StepFailedException e) {
      if (onFailure == OnFailure.ABORT) {
        throw e;
      }
      return new StepOutcome(start.timeline().now().minus(began), Optional.of(start.explain(e)));
    }
  }

  /**
   * Whether this start has nothing to do: every step succeeded, or another member of the node has
   * run every step since this one came. What failed then is tried again at the next start.
   */
  private boolean isDone(Marker marker) {
    boolean isNews = !before.equals(Optional.of(marker));
    return steps.stream()
        .map(step -> marker.outcome(step.name()))
        .allMatch(outcome -> outcome.filter(o -> isNews || o.succeeded()).isPresent());
  }

  private PhaseResult skipped() {
    start
        .events()
        .tell(
            new InitEvent.PhaseSkipped(
                Phase.NODE,
                "this node has done run %s".formatted(start.run().inWords()),
                start.timeline().now().minus(began)));
    return new PhaseResult(0, steps.size(), 0);
  }

  private Optional<Marker> findMarker(MarkerKey mine) throws InterruptedException {
    return patiently(() -> markers.askUntilDeadline(m -> m.find(mine)));
  }

  private interface Question<T> {
    T ask();
  }

  /** Asks until the store answers or the deadline has passed. */
  private <T> T patiently(Question<T> question) throws InterruptedException {
    while (true) {
      try {
        return question.ask();
      } catch (BackendUnavailableException e) {
        if (start.deadline().passed()) {
          throw e;
        }
        start
            .timeline()
            .sleep(
                start.deadline().cut(PAUSE.multipliedBy(5).plus(start.timeline().random(PAUSE))));
      }
    }
  }
}
