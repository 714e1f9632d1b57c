package io.autoinit.core;

import io.autoinit.core.protocol.Insight;
import io.autoinit.core.protocol.Timeline;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The status of one run, for who looks once or again and again. The record is read each time; what
 * changes seldom or costs more is read again when it is old. Used by one thread.
 */
final class Statuses {

  private static final Duration OLD = Duration.ofSeconds(5);

  private final RunKey run;
  private final Insight insight;
  private final Timeline timeline;
  private final Duration takeoverDelay;
  private final UnaryOperator<String> redaction;
  private @Nullable Surroundings known;
  private Duration readAt = Duration.ZERO;

  Statuses(
      RunKey run,
      Insight insight,
      Timeline timeline,
      Duration takeoverDelay,
      UnaryOperator<String> redaction) {
    this.run = run;
    this.insight = insight;
    this.timeline = timeline;
    this.takeoverDelay = takeoverDelay;
    this.redaction = redaction;
  }

  /** What is read seldom. */
  private record Surroundings(RunStatus.HeldLock lock) {}

  RunStatus look() {
    Optional<Observed<Readiness>> record = insight.record().map(this::redacted);
    Surroundings around = surroundings();
    return new RunStatus(
        run, record, record.filter(this::isSilent).isPresent(), takeoverDelay, around.lock());
  }

  Runs runs() {
    return new Runs(run.namespace(), known());
  }

  Optional<LockHolder> lockHolder() {
    return insight
        .holder()
        .map(
            holder -> {
              Optional<Observed<Readiness>> work = workOf(holder).map(this::redacted);
              return new LockHolder(
                  insight.lock(), holder, work, work.filter(this::isSilent).isPresent());
            });
  }

  /** What a holder leads: this run, else whichever; empty also while no store tells. */
  private Optional<Observed<Readiness>> workOf(String holder) {
    try {
      return insight
          .record()
          .filter(seen -> beats(seen.value(), holder))
          .or(
              () ->
                  insight.runs().orElse(List.of()).stream()
                      .filter(seen -> beats(seen.value(), holder))
                      .min(Comparator.comparing(Observed::age)));
    } catch (BackendUnavailableException e) {
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

  private List<Runs.Known> known() {
    return insight
        .runs()
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

  private Surroundings surroundings() {
    Duration now = timeline.now();
    Surroundings before = known;
    if (before != null && now.minus(readAt).compareTo(OLD) < 0) {
      return before;
    }
    Surroundings read = new Surroundings(lock());
    known = read;
    readAt = now;
    return read;
  }

  private RunStatus.HeldLock lock() {
    try {
      return new RunStatus.HeldLock(
          insight.lock(), insight.holder().map(redaction), Optional.empty());
    } catch (BackendUnavailableException e) {
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
