package io.autoinit.cli;

import io.autoinit.core.OtherRuns;
import io.autoinit.core.RunStatus;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Marker;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code status} says of a run.
 *
 * @param lines for people
 * @param fields for programs
 */
record StatusReport(List<String> lines, Map<String, Object> fields) {

  private static final String WAITS_FOR_LOCK = "CLAIMED: a candidate waits until the lock is free";
  private static final int MOST_NODES = 10;

  static StatusReport of(RunStatus status) {
    return new StatusReport(lines(status), fields(status));
  }

  /** For who watches: the lines end in the time of day of the look. */
  static StatusReport seenAt(String time, RunStatus status) {
    List<String> lines = new ArrayList<>(lines(status));
    lines.addAll(new Block().add("seen", "at " + time).lines());
    return new StatusReport(List.copyOf(lines), fields(status));
  }

  /** Whether nothing changed but ages: a heart that beats is no news. */
  boolean saysTheSameAs(StatusReport other) {
    return lasting(fields).equals(lasting(other.fields));
  }

  private static Map<String, Object> lasting(Map<String, Object> fields) {
    Map<String, Object> lasting = new LinkedHashMap<>(fields);
    lasting.keySet().removeAll(List.of("age", "retryIn"));
    return lasting;
  }

  private static List<String> lines(RunStatus status) {
    var block = new Block();
    block.add("run", status.run().inWords());
    status
        .record()
        .ifPresentOrElse(
            seen -> describe(block, status, seen),
            () -> block.add("state", "NOT STARTED: nothing is recorded of this run"));
    OtherRuns.told(status.run().runId(), status.others())
        .ifPresent(told -> block.add("runs", told));
    tellNodes(block, status.nodes());
    block.add("lock", lock(status.lock()));
    status.away().ifPresent(why -> block.add("away", why + "; told from the other store"));
    return block.lines();
  }

  private static void describe(Block block, RunStatus status, Observed<Readiness> seen) {
    Readiness record = seen.value();
    Duration age = seen.age();
    String ago = Humanized.duration(age) + " ago";
    String who = who(record);
    block.add("state", waitsForTheLock(status) ? WAITS_FOR_LOCK : state(seen));
    if (record instanceof Readiness.Running running) {
      running.progress().ifPresent(told -> block.add("progress", told));
      block.add("leader", who);
      block.add("heartbeat", ago + silence(status));
    } else if (record instanceof Readiness.Claimed) {
      block.add("candidate", record.holder());
      block.add("heartbeat", ago + silence(status));
    } else if (record instanceof Readiness.Failed failed) {
      block.add("cause", failed.cause());
      block.add("leader", who);
      block.add("retry", status.retryIn().map(StatusReport::due).orElse(""));
    } else {
      if (!record.isReady()) {
        block.add("", "the holder gave up on purpose; anybody may go on at once");
      }
      block.add("by", who);
    }
    for (CompletedStep step : record.completed()) {
      block.add("done", "%s in %s".formatted(step.name(), Humanized.duration(step.took())));
    }
  }

  /** Of a candidate beside whom another holds the lock still. */
  private static boolean waitsForTheLock(RunStatus status) {
    Optional<String> candidate =
        status
            .record()
            .map(Observed::value)
            .filter(Readiness.Claimed.class::isInstance)
            .map(Readiness::holder);
    return candidate.isPresent()
        && status.lock().holder().filter(holder -> !candidate.get().equals(holder)).isPresent();
  }

  /** What a run has completed, for programs. */
  static List<Map<String, Object>> completedSteps(Optional<Readiness> record) {
    return record.map(Readiness::completed).orElse(List.of()).stream()
        .map(step -> Map.<String, Object>of("step", step.name(), "took", step.took()))
        .toList();
  }

  /** Those with a failure first. */
  private static void tellNodes(Block block, RunStatus.Nodes nodes) {
    nodes.unknown().ifPresent(why -> block.add("nodes", "not known: " + why));
    List<Marker> all =
        nodes.markers().stream()
            .sorted(
                Comparator.comparing((Marker marker) -> failed(marker).isEmpty())
                    .thenComparing(marker -> marker.key().node().value()))
            .toList();
    all.stream().limit(MOST_NODES).forEach(marker -> block.add("node", node(marker)));
    if (all.size() > MOST_NODES) {
      long failed = all.stream().skip(MOST_NODES).filter(m -> !failed(m).isEmpty()).count();
      block.add(
          "",
          "and %d more%s"
              .formatted(
                  all.size() - MOST_NODES,
                  failed == 0 ? "" : ", %d with a failure".formatted(failed)));
    }
  }

  private static String node(Marker marker) {
    Duration took =
        marker.steps().values().stream()
            .map(StepOutcome::took)
            .reduce(Duration.ZERO, Duration::plus);
    List<String> failed = failed(marker);
    return "%s, %s in %s%s"
        .formatted(
            marker.key().node(),
            Humanized.count(marker.steps().size(), "step"),
            Humanized.duration(took),
            failed.isEmpty() ? "" : "; failed: " + String.join(", ", failed));
  }

  private static List<String> failed(Marker marker) {
    return marker.steps().entrySet().stream()
        .filter(step -> !step.getValue().succeeded())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, Object> nodeFields(Marker marker) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", marker.key().node());
    fields.put("holder", marker.holder());
    fields.put(
        "steps",
        marker.steps().entrySet().stream()
            .map(
                step -> {
                  Map<String, Object> outcome = new LinkedHashMap<>();
                  outcome.put("step", step.getKey());
                  outcome.put("took", step.getValue().took());
                  outcome.put("failure", step.getValue().failure());
                  return outcome;
                })
            .toList());
    return fields;
  }

  /** What a record says, in a few words. */
  private static String state(Observed<Readiness> seen) {
    Readiness record = seen.value();
    String name = state(Optional.of(record)).toUpperCase(Locale.ROOT);
    String age = Humanized.duration(seen.age());
    if (record instanceof Readiness.Running running) {
      return name
          + running
              .step()
              .map(step -> ": step %s, attempt %d".formatted(step, running.attempt()))
              .orElse(": between two steps");
    }
    if (record instanceof Readiness.Claimed) {
      return name + ": a candidate is about to get the lock";
    }
    return record instanceof Readiness.Failed failed
        ? "%s: step %s, %s ago".formatted(name, failed.step(), age)
        : "%s for %s".formatted(name, age);
  }

  /** The same with who says it, and when if that is not told yet. */
  static String known(Observed<Readiness> seen) {
    boolean beats =
        seen.value() instanceof Readiness.Running || seen.value() instanceof Readiness.Claimed;
    return "%s, by %s%s"
        .formatted(
            state(seen),
            who(seen.value()),
            beats ? ", heard of %s ago".formatted(Humanized.duration(seen.age())) : "");
  }

  private static String who(Readiness record) {
    return record.holder() + token(record).map(", token %d"::formatted).orElse("");
  }

  /** The token of who led; empty of a claimant, and of one that stopped before it led. */
  static Optional<Long> token(Readiness record) {
    return Optional.of(record.token()).filter(token -> token > 0);
  }

  /** The name of a state, for programs. */
  static String state(Optional<Readiness> record) {
    return record.map(r -> JsonListener.name(r.getClass())).orElse("not-started");
  }

  private static String due(Duration left) {
    return left.isZero() ? "is due now" : "is due in " + Humanized.duration(left);
  }

  private static String silence(RunStatus status) {
    return status.silent()
        ? "; silent for longer than %s, so the next member takes over"
            .formatted(Humanized.duration(status.takeoverDelay()))
        : "";
  }

  static String lock(RunStatus.HeldLock lock) {
    String state =
        lock.unknown()
            .map(why -> "not known: " + why)
            .orElseGet(() -> lock.holder().map(h -> "held by " + h).orElse("held by nobody"));
    return "%s, %s".formatted(lock.name(), state);
  }

  private static Map<String, Object> fields(RunStatus status) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Optional<Readiness> record = status.record().map(Observed::value);
    fields.put("state", state(record));
    fields.put("namespace", status.run().namespace());
    fields.put("runId", status.run().runId());
    fields.put("holder", record.map(Readiness::holder));
    fields.put("token", record.flatMap(StatusReport::token));
    fields.put("age", status.record().map(Observed::age));
    fields.put("silent", status.silent());
    if (record.isPresent() && record.get() instanceof Readiness.Running running) {
      fields.put("step", running.step());
      fields.put("attempt", running.attempt());
      fields.put("progress", running.progress());
    } else if (record.isPresent() && record.get() instanceof Readiness.Failed failed) {
      fields.put("step", failed.step());
      fields.put("cause", failed.cause());
    }
    fields.put("retryIn", status.retryIn());
    fields.put("completedSteps", completedSteps(record));
    fields.put("away", status.away());
    fields.put("nearestRun", OtherRuns.nearest(status.run().runId(), status.others()));
    if (!status.others().isEmpty()) {
      fields.put("otherRuns", status.others());
    }
    if (!status.nodes().markers().isEmpty()) {
      fields.put("nodes", status.nodes().markers().stream().map(StatusReport::nodeFields).toList());
    }
    fields.put("nodesUnknown", status.nodes().unknown());
    fields.put("lock", status.lock().name());
    fields.put("lockHolder", status.lock().holder());
    fields.put("lockUnknown", status.lock().unknown());
    return fields;
  }
}
