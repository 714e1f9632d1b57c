package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Judges a history. It knows what was promised, and nothing of how the protocol keeps it. */
final class Checker {

  private final Plan plan;
  private final History history;
  private final List<StepRun> runs;
  private final List<Violation> violations = new ArrayList<>();

  Checker(Plan plan, List<Entry> entries) {
    this.plan = plan;
    this.history = new History(entries);
    this.runs = StepRun.of(entries);
  }

  Result result(Path file, Duration took) {
    new OverlapRule(plan, history, runs).check(violations);
    new TokenRule(plan, history).check(violations);
    new ProgressRule(plan, history, runs).check(violations);
    ends();
    completion();
    markers();
    left();
    var takeover = new Takeover(plan, history);
    takeover.check(violations);
    return new Result(
        plan,
        file,
        history.entries(),
        plan.point().isEmpty() || history.fault().isPresent(),
        List.copyOf(violations),
        takeover.took(),
        took);
  }

  /** What was broken, for tests. */
  static List<Violation> violations(Plan plan, List<Entry> entries) {
    return new Checker(plan, entries).result(Path.of("."), Duration.ZERO).violations();
  }

  private void violated(Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }

  private void ends() {
    history.of("stuck").forEach(e -> violated(Rule.ENDS, "%s never ended".formatted(e.text("of"))));
    history
        .of("exit")
        .filter(e -> e.has("killed", "false"))
        .filter(e -> !plan.fault().codes().contains((int) e.number("code")))
        .forEach(
            e ->
                violated(
                    Rule.ENDS,
                    "%s ended with exit code %s at %s"
                        .formatted(e.text("of"), e.text("code"), history.moment(e.at()))));
    for (int i = 1; i <= plan.nodes(); i++) {
      String node = "n" + i;
      boolean well =
          history
              .of("exit")
              .filter(e -> e.text("of").startsWith(node + "."))
              .anyMatch(e -> e.has("code", "0"));
      if (!well) {
        violated(Rule.ENDS, "no process of %s ended well".formatted(node));
      }
    }
  }

  private void completion() {
    Optional<Entry> last = history.of("final").findFirst();
    if (last.isEmpty()) {
      return;
    }
    String completed = String.join(",", Plan.STEPS);
    if (!last.get().has("state", "Ready") || !last.get().has("completed", completed)) {
      violated(
          Rule.COMPLETION,
          "in the end the record is %s with the steps [%s]"
              .formatted(last.get().text("state"), last.get().text("completed")));
    }
    for (String step : Plan.STEPS) {
      if (runs.stream().noneMatch(run -> run.step().equals(step) && run.done())) {
        violated(Rule.COMPLETION, "step %s was never done".formatted(step));
      }
    }
  }

  private void markers() {
    for (Entry marker : history.of("marker").toList()) {
      String group = marker.text("group");
      Predicate<String> ofGroup =
          process -> plan.group(process.substring(0, process.indexOf('.'))).equals(group);
      Stream<StepRun> done =
          runs.stream()
              .filter(run -> !run.infrastructure() && run.done() && ofGroup.test(run.process()));
      if (!marker.has("succeeded", "true")) {
        violated(
            Rule.MARKERS, "the node %s has no marker that says its step is done".formatted(group));
      }
      if (done.findAny().isEmpty()) {
        violated(
            Rule.MARKERS, "the node %s has a marker, and its step was never done".formatted(group));
      }
    }
  }

  private void left() {
    history
        .of("left")
        .forEach(e -> violated(Rule.LEFT, "a %s: %s".formatted(e.text("what"), e.text("name"))));
    history
        .of("ended")
        .filter(e -> !e.text("threads").isEmpty())
        .forEach(
            e ->
                violated(Rule.LEFT, "threads of %s: %s".formatted(e.process(), e.text("threads"))));
  }
}
