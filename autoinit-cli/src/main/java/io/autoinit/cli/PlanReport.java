package io.autoinit.cli;

import io.autoinit.Phase;
import io.autoinit.core.Plan;
import io.autoinit.core.RunStatus;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code plan} says a start would do.
 *
 * @param lines for people, within 80 columns
 * @param fields for programs
 */
record PlanReport(List<String> lines, Map<String, Object> fields) {

  private static final int LONGEST_NAME = 24;

  static PlanReport of(Plan plan) {
    return new PlanReport(lines(plan), fields(plan));
  }

  private static List<String> lines(Plan plan) {
    RunStatus status = plan.status();
    var head = new Block();
    head.add("run", status.run().inWords());
    head.add(
        "state",
        status
            .record()
            .map(StatusReport::known)
            .orElse("NOT STARTED: nothing is recorded of this run"));
    head.add("lock", StatusReport.lock(status.lock()));
    status.away().ifPresent(why -> head.add("away", why + "; told from the other store"));
    List<String> lines = new ArrayList<>(head.lines());
    lines.add("");
    steps(lines, plan, Phase.INFRASTRUCTURE, "infrastructure, once for the fleet");
    lines.add("");
    steps(
        lines,
        plan,
        Phase.NODE,
        "node, after READY, once for node %s (markers in %s)"
            .formatted(plan.node(), plan.markers()));
    lines.add("");
    if (!plan.forgotten().isEmpty()) {
      lines.addAll(
          new Block()
              .add("unknown", "completed and no step here: " + String.join(", ", plan.forgotten()))
              .lines());
    }
    var foot = new Block();
    plan.refusals().forEach(refusal -> foot.add("refused", refusal));
    lines.addAll(foot.add("in short", summary(plan)).lines());
    return List.copyOf(lines);
  }

  private static void steps(List<String> lines, Plan plan, Phase phase, String title) {
    lines.addAll(DoctorReport.wrapped("", "  ", title));
    List<Plan.Step> steps = plan.steps().stream().filter(s -> s.phase() == phase).toList();
    if (steps.isEmpty()) {
      lines.add("  no steps");
    }
    int width =
        steps.stream()
            .mapToInt(s -> s.name().length())
            .filter(length -> length <= LONGEST_NAME)
            .max()
            .orElse(0);
    for (Plan.Step step : steps) {
      String first = "  %-5s %s".formatted(word(step), step.name());
      String margin = " ".repeat(8 + width + 2);
      if (first.length() + 2 > margin.length()) {
        lines.addAll(
            DoctorReport.wrapped("  %-5s ".formatted(word(step)), " ".repeat(8), step.name()));
        first = margin;
      }
      String reason =
          step.took().map(took -> "done in " + Humanized.duration(took) + "; ").orElse("")
              + step.reason();
      lines.addAll(
          DoctorReport.wrapped(
              first + " ".repeat(margin.length() - first.length()), margin, reason));
    }
  }

  private static String word(Plan.Step step) {
    return step.decision().name().toLowerCase(Locale.ROOT);
  }

  private static String summary(Plan plan) {
    if (!plan.refusals().isEmpty()) {
      return "a start here is refused with %d, before anything runs"
          .formatted(ExitCode.CONFIGURATION.code());
    }
    RunStatus status = plan.status();
    long runs = plan.steps().stream().filter(s -> s.decision() == Plan.Decision.RUN).count();
    String counted =
        runs == 0
            ? "runs nothing"
            : "runs %d of %s".formatted(runs, Humanized.count(plan.steps().size(), "step"));
    if (plan.steps().stream().anyMatch(s -> s.decision() == Plan.Decision.WAIT)) {
      return "another member is at work: a start waits for it, then " + counted;
    }
    if (status.record().map(Observed::value).filter(Readiness::isReady).isPresent()) {
      return "a start " + counted;
    }
    if (status.lock().holder().isPresent()) {
      return "%s holds the lock: a start waits for it, then %s"
          .formatted(status.lock().holder().get(), counted);
    }
    return status.retryIn().filter(left -> !left.isZero()).isPresent()
        ? "a start waits %s until the retry is due, then %s"
            .formatted(Humanized.duration(status.retryIn().get()), counted)
        : "a start " + counted;
  }

  private static Map<String, Object> fields(Plan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    RunStatus status = plan.status();
    fields.put("namespace", status.run().namespace());
    fields.put("runId", status.run().runId());
    fields.put("state", StatusReport.state(status.record().map(Observed::value)));
    fields.put("holder", status.record().map(seen -> seen.value().holder()));
    fields.put("silent", status.silent());
    fields.put("lockHolder", status.lock().holder());
    fields.put("retryIn", status.retryIn());
    fields.put("away", status.away());
    fields.put("node", plan.node());
    fields.put("markers", plan.markers());
    fields.put("steps", plan.steps().stream().map(PlanReport::fields).toList());
    fields.put("forgotten", plan.forgotten());
    fields.put("refusals", plan.refusals());
    return fields;
  }

  private static Map<String, Object> fields(Plan.Step step) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("phase", step.phase());
    fields.put("step", step.name());
    fields.put("decision", step.decision());
    fields.put("took", step.took());
    fields.put("reason", step.reason());
    return fields;
  }
}
