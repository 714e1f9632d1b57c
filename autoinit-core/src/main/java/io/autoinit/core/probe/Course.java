package io.autoinit.core.probe;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The course of a start as far as its events tell it: what every path answers. Safe for use by any
 * thread.
 */
final class Course implements InitListener {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** What this process does. */
  private enum State {
    STARTING,
    WAITING,
    RUNNING,
    DONE,
    FAILED;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A step in work: since when on the monotonic clock, and how long it may run. */
  private record InWork(String name, int attempt, Duration since, Optional<Duration> timeout) {}

  private final Supplier<Duration> now;
  private final Clock clock;
  private final Duration silence;
  private final BiFunction<Phase, String, Optional<Duration>> timeouts;
  private final UnaryOperator<String> redaction;
  private final Metrics metrics = new Metrics();

  private State state = State.STARTING;
  private Instant since;
  private boolean begun;
  private boolean ready;
  private Optional<Phase> phase = Optional.empty();
  private Optional<String> namespace = Optional.empty();
  private Optional<String> runId = Optional.empty();
  private Optional<String> waitingFor = Optional.empty();
  private Optional<String> progress = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private @Nullable InWork step;
  private @Nullable Duration beat;

  /**
   * Nothing has happened yet.
   *
   * @param now a monotonic clock
   * @param clock the clock that people read
   * @param silence how long a leader may go without a renewal
   * @param timeouts how long an attempt of a step may take
   * @param redaction takes secrets out of a text
   */
  Course(
      Supplier<Duration> now,
      Clock clock,
      Duration silence,
      BiFunction<Phase, String, Optional<Duration>> timeouts,
      UnaryOperator<String> redaction) {
    this.now = now;
    this.clock = clock;
    this.silence = silence;
    this.timeouts = timeouts;
    this.redaction = redaction;
    this.since = clock.instant();
  }

  @Override
  public synchronized void on(InitEvent event) {
    if (event instanceof InitEvent.PhaseStarted e) {
      begun = true;
      failure = Optional.empty();
      // Of a lease whose release was not told.
      beat = null;
      namespace = Optional.of(e.namespace().value());
      runId = Optional.of(e.runId().value());
      enter(e.phase(), State.STARTING);
      metrics.set(
          Metrics.Family.INFO, 1, "namespace", e.namespace().value(), "run_id", e.runId().value());
    } else if (event instanceof InitEvent.Waiting e) {
      enter(e.phase(), State.WAITING);
      waitingFor = Optional.of(e.reason());
      metrics.count(Metrics.Family.WAITS, "phase", e.phase().label());
    } else if (event instanceof InitEvent.LeaderProgress e) {
      progress = Optional.of("%s: %s".formatted(e.step(), e.progress()));
    } else if (event instanceof InitEvent.LeaseAcquired e) {
      enter(e.phase(), State.RUNNING);
      beat = now.get();
    } else if (event instanceof InitEvent.LeaseRenewed e) {
      // One that is told late must not revive the watch on a lease that was given back.
      beat = beat == null ? null : now.get();
      metrics.count(Metrics.Family.RENEWALS, "phase", e.phase().label());
    } else if (event instanceof InitEvent.LeaseLost e) {
      beat = null;
      failure = Optional.of("lost the lease: " + e.reason());
      metrics.count(Metrics.Family.LOST, "phase", e.phase().label());
    } else if (event instanceof InitEvent.LeaseReleased) {
      beat = null;
    } else if (event instanceof InitEvent.BackendTroubled e) {
      metrics.count(Metrics.Family.TROUBLES, "backend", e.backend());
    } else if (event instanceof InitEvent.BackendComing e) {
      metrics.count(Metrics.Family.TROUBLES, "backend", e.backend());
    } else if (event instanceof InitEvent.PhaseSkipped e) {
      ended(e.phase(), e.took());
    } else if (event instanceof InitEvent.PhaseCompleted e) {
      ended(e.phase(), e.took());
    } else if (event instanceof InitEvent.PhaseFailed e) {
      failure = Optional.of(e.reason());
      enter(e.phase(), State.FAILED);
      metrics.set(Metrics.Family.PHASE_SECONDS, e.took(), "phase", e.phase().label());
    } else {
      onStep(event);
    }
  }

  private void onStep(InitEvent event) {
    if (event instanceof InitEvent.StepStarted e) {
      step = new InWork(e.step(), e.attempt(), now.get(), timeouts.apply(e.phase(), e.step()));
      progress = Optional.empty();
      metrics.count(Metrics.Family.ATTEMPTS, "phase", e.phase().label(), "step", e.step());
    } else if (event instanceof InitEvent.StepProgress e) {
      progress = Optional.of(e.message());
    } else if (event instanceof InitEvent.StepOutput e) {
      progress = Optional.of(e.line());
    } else if (event instanceof InitEvent.StepSucceeded e) {
      step = null;
      metrics.set(
          Metrics.Family.STEP_SECONDS, e.took(), "phase", e.phase().label(), "step", e.step());
    } else if (event instanceof InitEvent.StepFailed e) {
      step = null;
      progress = Optional.of("attempt %d failed: %s".formatted(e.attempt(), e.reason()));
      metrics.count(Metrics.Family.FAILURES, "phase", e.phase().label(), "step", e.step());
    }
  }

  private void ended(Phase done, Duration took) {
    enter(done, State.DONE);
    // The node phase waits for the other one.
    ready = ready || done == Phase.NODE;
    metrics.set(Metrics.Family.PHASE_SECONDS, took, "phase", done.label());
  }

  private void enter(Phase next, State nextState) {
    phase = Optional.of(next);
    state = nextState;
    since = clock.instant();
    waitingFor = Optional.empty();
    if (nextState != State.FAILED) {
      step = null;
      progress = Optional.empty();
    }
    for (State each : State.values()) {
      metrics.set(
          Metrics.Family.PHASE,
          each == state ? 1 : 0,
          "phase",
          next.label(),
          "state",
          each.label());
    }
  }

  /** Why no progress is made; empty if some is. */
  private Optional<String> stalled() {
    if (state == State.FAILED || failure.isPresent()) {
      return Optional.of("the start has failed");
    }
    InWork work = step;
    if (work != null) {
      Duration ran = now.get().minus(work.since());
      if (work.timeout().filter(limit -> ran.compareTo(limit) > 0).isPresent()) {
        return Optional.of("step '%s' has overrun its timeout".formatted(work.name()));
      }
    }
    Duration last = beat;
    return last != null && now.get().minus(last).compareTo(silence) > 0
        ? Optional.of("the lease has not been renewed for " + silence.toMillis() + " ms")
        : Optional.empty();
  }

  /** Whether progress is made. */
  synchronized Answer live() {
    return stalled().map(why -> Answer.plain(503, why)).orElse(Answer.plain(200, "alive"));
  }

  /** Whether both phases are done. */
  synchronized Answer ready() {
    return isReady() ? Answer.plain(200, "ready") : Answer.plain(503, "the phases are not done");
  }

  private boolean isReady() {
    return ready && state != State.FAILED;
  }

  /** Whether a phase has begun. */
  synchronized Answer started() {
    return begun ? Answer.plain(200, "started") : Answer.plain(503, "no phase has begun");
  }

  /** All that is known, as JSON. */
  synchronized Answer status() {
    Json json =
        new Json()
            .text("namespace", namespace)
            .text("runId", runId)
            .text("phase", phase.map(Phase::label))
            .text("state", state.label())
            .text("since", since.truncatedTo(ChronoUnit.MILLIS).toString());
    InWork work = step;
    if (work != null) {
      json.text("step", work.name())
          .raw("attempt", Integer.toString(work.attempt()))
          .raw("stepMs", Long.toString(now.get().minus(work.since()).toMillis()));
    }
    json.text("progress", progress.map(redaction))
        .text("waitingFor", waitingFor.map(redaction))
        .text("failure", failure.map(redaction))
        .raw("alive", Boolean.toString(stalled().isEmpty()))
        .text("stalled", stalled())
        .raw("ready", Boolean.toString(isReady()));
    return new Answer(200, "application/json", json + "\n");
  }

  /** All that is counted, for Prometheus. */
  synchronized Answer metrics() {
    metrics.set(Metrics.Family.ALIVE, stalled().isEmpty() ? 1 : 0);
    metrics.set(Metrics.Family.READY, isReady() ? 1 : 0);
    metrics.forget(Metrics.Family.STEP_RUNNING);
    InWork work = step;
    if (work != null) {
      metrics.set(
          Metrics.Family.STEP_RUNNING,
          now.get().minus(work.since()),
          "phase",
          phase.map(Phase::label).orElse(""),
          "step",
          work.name());
    }
    return new Answer(200, PROMETHEUS, metrics.toString());
  }
}
