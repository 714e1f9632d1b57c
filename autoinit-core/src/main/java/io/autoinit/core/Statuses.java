package io.autoinit.core;

import io.autoinit.core.protocol.Insight;
import io.autoinit.core.protocol.Timeline;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
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
    Insight.Seen seen = insight.look();
    Optional<Observed<Readiness>> record = seen.record().map(this::redacted);
    Surroundings around = surroundings();
    return new RunStatus(
        run,
        record,
        seen.away().map(redaction),
        record.filter(this::isSilent).isPresent(),
        takeoverDelay,
        around.lock());
  }

  private boolean isSilent(Observed<Readiness> seen) {
    boolean beats =
        seen.value() instanceof Readiness.Running || seen.value() instanceof Readiness.Claimed;
    return beats && !insight.keepsOthersAway(seen);
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
