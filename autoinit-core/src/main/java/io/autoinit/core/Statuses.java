package io.autoinit.core;

import io.autoinit.RunId;
import io.autoinit.StartTimeoutException;
import io.autoinit.core.protocol.Insight;
import io.autoinit.core.protocol.Timeline;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The status of one run, for who looks once or again and again. The record is read each time; what
 * changes seldom or costs more is read again when it is old. Used by one thread.
 */
final class Statuses {

  private static final Duration OLD = Duration.ofSeconds(5);

  /** How much longer than a look what it saw is kept: who looks all the time costs little. */
  private static final int KEPT_PER_LOOK = 20;

  private final RunKey run;
  private final Insight insight;
  private final Timeline timeline;
  private final Duration takeoverDelay;
  private final UnaryOperator<String> redaction;
  private final Runnable ifUnknown;
  private @Nullable Surroundings known;
  private Duration keptUntil = Duration.ZERO;

  Statuses(
      RunKey run,
      Insight insight,
      Timeline timeline,
      Duration takeoverDelay,
      UnaryOperator<String> redaction,
      Runnable ifUnknown) {
    this.run = run;
    this.insight = insight;
    this.timeline = timeline;
    this.takeoverDelay = takeoverDelay;
    this.redaction = redaction;
    this.ifUnknown = ifUnknown;
  }

  /** What is read seldom. */
  private record Surroundings(RunStatus.HeldLock lock, RunStatus.Nodes nodes, List<RunId> others) {}

  RunStatus look() {
    Insight.Seen seen = insight.look();
    Optional<Observed<Readiness>> record = seen.record().map(this::redacted);
    if (record.isEmpty()) {
      ifUnknown.run();
    }
    Surroundings around = surroundings(record.isEmpty());
    return new RunStatus(
        run,
        record,
        seen.away().map(redaction),
        record.filter(this::isSilent).isPresent(),
        takeoverDelay,
        around.lock(),
        around.nodes(),
        record.isEmpty() ? around.others() : List.of());
  }

  /** A heart that beats is no change, nor is a step. */
  void requireUnchanged(RunStatus shown) {
    Optional<Readiness> before = shown.record().map(Observed::value);
    Optional<Readiness> now = insight.look().record().map(Observed::value);
    if (!before.map(Statuses::identity).equals(now.map(Statuses::identity))) {
      throw new StartTimeoutException(
          "Run %s has changed since it was looked at (%s before, %s now), so nothing was cleared: look again"
              .formatted(run.inWords(), named(before), named(now)));
    }
  }

  private static List<Object> identity(Readiness record) {
    return List.of(record.getClass(), record.holder(), record.token());
  }

  private static String named(Optional<Readiness> record) {
    return record
        .map(
            r ->
                "%s by %s"
                    .formatted(r.getClass().getSimpleName().toUpperCase(Locale.ROOT), r.holder()))
        .orElse("nothing recorded");
  }

  Runs runs() {
    Insight.Listed listed = insight.runs();
    if (listed.known().filter(runs -> !runs.isEmpty()).isEmpty() && listed.away().isEmpty()) {
      ifUnknown.run();
    }
    return new Runs(run.namespace(), known(listed), listed.away().map(redaction));
  }

  LockName name() {
    return insight.lock();
  }

  Optional<LockHolder> lockHolder() {
    return insight
        .holder()
        .map(
            holder -> {
              Optional<Observed<Readiness>> work = workOf(holder).map(this::redacted);
              return new LockHolder(
                  insight.lock(),
                  holder,
                  work,
                  work.filter(this::isSilent).isPresent(),
                  insight.mayRevoke());
            });
  }

  /** What a holder leads: this run, else whichever; empty also while no store tells. */
  private Optional<Observed<Readiness>> workOf(String holder) {
    try {
      return insight
          .look()
          .record()
          .filter(seen -> beats(seen.value(), holder))
          .or(
              () ->
                  insight.runs().known().orElse(List.of()).stream()
                      .filter(seen -> beats(seen.value(), holder))
                      .min(Comparator.comparing(Observed::age)));
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  private static boolean beats(Readiness record, String holder) {
    return record.holder().equals(holder) && beats(record);
  }

  private static boolean beats(Readiness record) {
    return record instanceof Readiness.Running || record instanceof Readiness.Claimed;
  }

  boolean unlock(LockHolder held) {
    known = null;
    return insight.revoke(held.holder());
  }

  private List<Runs.Known> known(Insight.Listed listed) {
    return listed
        .known()
        .orElseThrow(
            () ->
                new BackendRefusedException(
                    "The backend '%s' cannot list its runs: name one, as in 'autoinit status --run-id v42'"
                        .formatted(insight.signal())))
        .stream()
        .map(this::redacted)
        .map(seen -> new Runs.Known(seen, isSilent(seen)))
        .sorted(Comparator.comparing(known -> known.record().age()))
        .toList();
  }

  private boolean isSilent(Observed<Readiness> seen) {
    return beats(seen.value()) && !insight.keepsOthersAway(seen);
  }

  private Surroundings surroundings(boolean amongOthers) {
    Duration begun = timeline.now();
    Surroundings before = known;
    if (before != null && begun.compareTo(keptUntil) < 0) {
      return before;
    }
    Surroundings read = new Surroundings(lock(), nodes(), amongOthers ? others() : List.of());
    known = read;
    Duration took = timeline.now().minus(begun).multipliedBy(KEPT_PER_LOOK);
    keptUntil = begun.plus(took.compareTo(OLD) > 0 ? took : OLD);
    return read;
  }

  private RunStatus.Nodes nodes() {
    try {
      return new RunStatus.Nodes(
          insight.markers().orElse(List.of()).stream().map(this::redacted).toList(),
          Optional.empty());
    } catch (BackendException e) {
      return new RunStatus.Nodes(List.of(), Optional.of(redaction.apply(e.getMessage())));
    }
  }

  private Marker redacted(Marker marker) {
    Map<String, StepOutcome> steps = new LinkedHashMap<>();
    marker
        .steps()
        .forEach(
            (step, outcome) ->
                steps.put(step, new StepOutcome(outcome.took(), outcome.failure().map(redaction))));
    return new Marker(marker.key(), marker.holder(), steps);
  }

  /** A help for who mistyped a run id; nothing depends on it. */
  List<RunId> others() {
    try {
      return insight.runs().known().orElse(List.of()).stream()
          .filter(seen -> isWorthNaming(seen.value()))
          .sorted(Comparator.comparing(Observed::age))
          .map(seen -> seen.value().run().runId())
          .toList();
    } catch (BackendException e) {
      return List.of();
    }
  }

  /** Neither the run itself, begun since it was looked for, nor one that nobody ever led. */
  private boolean isWorthNaming(Readiness record) {
    boolean neverLed = record instanceof Readiness.Stopped && record.token() == 0;
    return !record.run().equals(run) && !(neverLed && record.completed().isEmpty());
  }

  private RunStatus.HeldLock lock() {
    try {
      return new RunStatus.HeldLock(
          insight.lock(), insight.holder().map(redaction), Optional.empty());
    } catch (BackendException e) {
      return new RunStatus.HeldLock(
          insight.lock(), Optional.empty(), Optional.of(redaction.apply(e.getMessage())));
    }
  }

  private Observed<Readiness> redacted(Observed<Readiness> seen) {
    Readiness clean = seen.value();
    if (clean instanceof Readiness.Running running) {
      clean =
          new Readiness.Running(
              running.run(),
              running.token(),
              running.holder(),
              running.completed(),
              running.step(),
              running.attempt(),
              running.progress().map(redaction));
    } else if (clean instanceof Readiness.Failed failed) {
      clean =
          new Readiness.Failed(
              failed.run(),
              failed.token(),
              failed.holder(),
              failed.completed(),
              failed.step(),
              redaction.apply(failed.cause()),
              failed.retryAfter());
    }
    return new Observed<>(clean, seen.age(), seen.revision());
  }
}
