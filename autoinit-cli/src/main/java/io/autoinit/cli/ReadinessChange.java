package io.autoinit.cli;

import io.autoinit.core.RunStatus;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ready set} and {@code ready clear} say of a run that they changed or found as wanted.
 *
 * @param lines for people
 * @param fields for programs
 */
record ReadinessChange(List<String> lines, Map<String, Object> fields) {

  private static final String NOTHING = "nothing is recorded";

  static ReadinessChange ofSet(boolean changed, RunStatus before, RunStatus after) {
    return of(
        changed,
        (changed ? "READY is set: " : "it was READY already: ") + name(before),
        before,
        after.record().map(StatusReport::known).orElse(NOTHING));
  }

  static ReadinessChange ofClear(boolean changed, RunStatus before) {
    if (!changed) {
      return of(false, "there was nothing to clear: " + name(before), before, NOTHING);
    }
    return of(
        true,
        "readiness is cleared: " + name(before),
        before,
        "%s; %s"
            .formatted(
                NOTHING,
                whoGoesOn(before)
                    .orElse(
                        "the next start runs the infrastructure phase again, all steps of it")));
  }

  /** Whose heart beats has not heard of it. */
  private static Optional<String> whoGoesOn(RunStatus before) {
    if (before.silent()) {
      return Optional.empty();
    }
    return before
        .record()
        .flatMap(
            seen -> {
              String ago = Humanized.duration(seen.age()) + " ago";
              if (seen.value() instanceof Readiness.Running) {
                return Optional.of(
                    "its leader was heard of %s, and records it again while it works"
                        .formatted(ago));
              }
              return seen.value() instanceof Readiness.Claimed
                  ? Optional.of(
                      "its candidate was heard of %s, and claims it again while it lives"
                          .formatted(ago))
                  : Optional.empty();
            });
  }

  /** What a run is called in a sentence. */
  static String name(RunStatus status) {
    return "run " + status.run().inWords();
  }

  private static ReadinessChange of(boolean changed, String head, RunStatus before, String now) {
    var block = new Block();
    if (changed) {
      block.add("before", before.record().map(StatusReport::known).orElse(NOTHING));
    }
    block.add("now", now);
    List<String> lines = new ArrayList<>(List.of(head));
    lines.addAll(block.lines());
    Map<String, Object> fields = new LinkedHashMap<>();
    Optional<Readiness> record = before.record().map(Observed::value);
    fields.put("changed", changed);
    fields.put("namespace", before.run().namespace());
    fields.put("runId", before.run().runId());
    fields.put("before", StatusReport.state(record));
    fields.put("holder", record.map(Readiness::holder));
    fields.put("token", record.flatMap(StatusReport::token));
    fields.put("age", before.record().map(Observed::age));
    return new ReadinessChange(List.copyOf(lines), fields);
  }
}
