package io.autoinit.cli;

import io.autoinit.RunId;
import io.autoinit.core.OtherRuns;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ready check} says of a run.
 *
 * @param ready whether it is READY
 * @param lines for people
 * @param fields for programs
 */
record ReadinessReport(boolean ready, List<String> lines, Map<String, Object> fields) {

  static ReadinessReport of(Observed<Readiness> observed) {
    return of(observed.value(), observed.age());
  }

  /** Of a run that is not recorded, among others that are: the last written first. */
  static ReadinessReport ofNone(RunId run, List<RunId> others) {
    List<String> lines = new ArrayList<>(List.of("NOT STARTED: no record of this run"));
    OtherRuns.told(run, others).ifPresent(told -> lines.add("runs     " + told));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", "not-started");
    fields.put("runId", run);
    fields.put("nearestRun", OtherRuns.nearest(run, others));
    if (!others.isEmpty()) {
      fields.put("otherRuns", others);
    }
    return new ReadinessReport(false, List.copyOf(lines), fields);
  }

  private static ReadinessReport of(Readiness readiness, Duration age) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", JsonListener.name(readiness.getClass()));
    fields.put("namespace", readiness.run().namespace());
    fields.put("runId", readiness.run().runId());
    fields.put("holder", readiness.holder());
    fields.put("token", StatusReport.token(readiness));
    fields.put("age", age);
    fields.put("completedSteps", StatusReport.completedSteps(Optional.of(readiness)));
    if (readiness instanceof Readiness.Running running) {
      fields.put("step", running.step());
      fields.put("attempt", running.attempt());
      fields.put("progress", running.progress());
    } else if (readiness instanceof Readiness.Failed failed) {
      fields.put("step", failed.step());
      fields.put("cause", failed.cause());
      fields.put("retryIn", retryIn(failed, age));
    }
    return new ReadinessReport(readiness.isReady(), lines(readiness, age), fields);
  }

  private static List<String> lines(Readiness readiness, Duration age) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: run %s"
            .formatted(
                JsonListener.name(readiness.getClass()).toUpperCase(Locale.ROOT),
                readiness.run().inWords()));
    lines.add("written  %s ago".formatted(Humanized.duration(age)));
    lines.add(
        "holder   %s%s"
            .formatted(
                readiness.holder(),
                StatusReport.token(readiness).map(", token %d"::formatted).orElse("")));
    lines.add("means    " + meaning(readiness, age));
    for (CompletedStep step : readiness.completed()) {
      lines.add("done     %s in %s".formatted(step.name(), Humanized.duration(step.took())));
    }
    return List.copyOf(lines);
  }

  private static String meaning(Readiness readiness, Duration age) {
    if (readiness instanceof Readiness.Ready) {
      return "the infrastructure phase is done";
    }
    if (readiness instanceof Readiness.Claimed) {
      return "the holder is about to get the lock";
    }
    if (readiness instanceof Readiness.Stopped) {
      return "the holder gave up on purpose; anybody may go on at once";
    }
    if (readiness instanceof Readiness.Running running) {
      return running
              .step()
              .map(step -> "step %s runs, attempt %d".formatted(step, running.attempt()))
              .orElse("the holder leads, between two steps")
          + running.progress().map(told -> ": " + told).orElse("");
    }
    Readiness.Failed failed = (Readiness.Failed) readiness;
    Duration retryIn = retryIn(failed, age);
    boolean namesStep = failed.cause().startsWith("Step '%s' ".formatted(failed.step()));
    return "%s%s; a retry is due %s"
        .formatted(
            namesStep ? "" : "step %s failed: ".formatted(failed.step()),
            failed.cause(),
            retryIn.isZero() ? "now" : "in " + Humanized.duration(retryIn));
  }

  private static Duration retryIn(Readiness.Failed failed, Duration age) {
    Duration left = failed.retryAfter().minus(age);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
