package io.autoinit.cli;

import io.autoinit.core.Runs;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code runs} says of one of them.
 *
 * @param lines for people
 * @param fields for programs
 */
record RunLine(List<String> lines, Map<String, Object> fields) {

  static RunLine of(Runs.Known run) {
    Readiness record = run.record().value();
    String state = JsonListener.name(record.getClass());
    String text =
        "%s: %s, %s"
            .formatted(
                record.run().runId(),
                since(record, run.record().age(), run.silent()),
                record.holder());
    return new RunLine(
        new Block().add(state.toUpperCase(Locale.ROOT), text).lines(), fields(state, run));
  }

  private static String since(Readiness record, Duration age, boolean silent) {
    String told = Humanized.duration(age);
    if (record instanceof Readiness.Running running) {
      return "%s, %s"
          .formatted(
              running.step().map(step -> "step " + step).orElse("between two steps"),
              heart(told, silent));
    }
    if (record instanceof Readiness.Failed failed) {
      return "step %s, %s ago".formatted(failed.step(), told);
    }
    return record instanceof Readiness.Claimed ? heart(told, silent) : "for " + told;
  }

  private static String heart(String age, boolean silent) {
    return silent ? "silent for " + age : "heartbeat " + age + " ago";
  }

  private static Map<String, Object> fields(String state, Runs.Known run) {
    Readiness record = run.record().value();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", state);
    fields.put("namespace", record.run().namespace());
    fields.put("runId", record.run().runId());
    fields.put("holder", record.holder());
    fields.put("token", StatusReport.token(record));
    fields.put("age", run.record().age());
    fields.put("silent", run.silent());
    if (record instanceof Readiness.Running running) {
      fields.put("step", running.step());
      fields.put("attempt", running.attempt());
    } else if (record instanceof Readiness.Failed failed) {
      fields.put("step", failed.step());
      fields.put("cause", failed.cause());
    }
    return fields;
  }
}
