package io.autoinit.core.probe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers in the text format of Prometheus. Used under the lock of {@link Course}. */
final class Metrics {

  /** A family of numbers. */
  enum Family {
    INFO("autoinit_info", "gauge", "Which run of which application starts here."),
    ALIVE("autoinit_alive", "gauge", "1 while progress is made, as /livez says."),
    READY("autoinit_ready", "gauge", "1 once both phases are done, as /readyz says."),
    PHASE("autoinit_phase", "gauge", "1 for the state in which a phase is, 0 for its others."),
    PHASE_SECONDS("autoinit_phase_seconds", "gauge", "How long a phase took that has ended."),
    STEP_SECONDS(
        "autoinit_step_seconds", "gauge", "How long the attempt of a step took that succeeded."),
    STEP_RUNNING("autoinit_step_running_seconds", "gauge", "How long the step in work has run."),
    ATTEMPTS("autoinit_step_attempts_total", "counter", "Attempts of steps that began."),
    FAILURES("autoinit_step_failures_total", "counter", "Attempts of steps that failed."),
    WAITS("autoinit_waits_total", "counter", "How often this process began to wait for somebody."),
    RENEWALS("autoinit_lease_renewals_total", "counter", "Renewals of a lease."),
    LOST("autoinit_leases_lost_total", "counter", "Leases that were lost."),
    TROUBLES("autoinit_backend_troubles_total", "counter", "Stores that did not answer.");

    private final String label;
    private final String type;
    private final String help;

    Family(String label, String type, String help) {
      this.label = label;
      this.type = type;
      this.help = help;
    }
  }

  private final Map<Family, Map<String, Double>> values = new LinkedHashMap<>();

  void set(Family family, double value, String... labels) {
    values.computeIfAbsent(family, f -> new LinkedHashMap<>()).put(text(labels), value);
  }

  void set(Family family, Duration value, String... labels) {
    set(family, value.toNanos() / 1e9, labels);
  }

  void count(Family family, String... labels) {
    values
        .computeIfAbsent(family, f -> new LinkedHashMap<>())
        .merge(text(labels), 1.0, Double::sum);
  }

  void forget(Family family) {
    values.remove(family);
  }

  /** Labels come as names and values in turn. */
  private static String text(String... labels) {
    if (labels.length == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
      text.append(labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      text.append('"');
    }
    return text.append('}').toString();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Family family : Family.values()) {
      Map<String, Double> samples = values.get(family);
      if (samples != null) {
        text.append(
            "# HELP %s %s\n# TYPE %s %s\n"
                .formatted(family.label, family.help, family.label, family.type));
        text.append(
            samples.entrySet().stream()
                .map(
                    sample ->
                        family.label + sample.getKey() + " " + number(sample.getValue()) + "\n")
                .collect(Collectors.joining()));
      }
    }
    return text.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
