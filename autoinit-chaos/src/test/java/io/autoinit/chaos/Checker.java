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

  private static final Duration SOON = Duration.ofSeconds(5);

  private static final Duration DELAY = Duration.ofSeconds(2);
  private static final Duration BEFORE_LOSS = Duration.ofSeconds(5);

  private final Plan plan;
  private final History history;
  private final List<StepRun> runs;
  private final List<Violation> violations = new ArrayList<>();
  private int excused;

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
    new FailureRule(plan, history, runs).check(violations);
    lateNodes();
    var takeover = new Takeover(plan, history);
    int before = violations.size();
    takeover.check(violations);
    excused += takeover.wasKeptWaiting() && violations.size() == before ? 1 : 0;
    return new Result(
        plan,
        file,
        history.entries(),
        plan.point().isEmpty() || history.fault().isPresent(),
        List.copyOf(violations),
        excused,
        takeover.took(),
        took,
        Optional.empty());
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
        .filter(e -> !starved(e))
        .forEach(
            e ->
                violated(
                    Rule.ENDS,
                    "%s ended with exit code %s at %s"
                        .formatted(e.text("of"), e.text("code"), history.moment(e.at()))));
    for (String node : plan.allNodes()) {
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

  /** A process that gets no processor for long enough keeps no lease and hears no store. */
  private boolean starved(Entry exit) {
    String process = exit.text("of");
    long lost =
        history.entries().stream()
            .filter(e -> e.process().equals(process))
            .filter(e -> e.has("event", "LeaseLost") || e.is("halted") || e.is("ended"))
            .mapToLong(Entry::at)
            .findFirst()
            .orElse(exit.at());
    boolean starved =
        (exit.has("code", "71") || exit.has("code", "69"))
            && history.delay(process, lost - BEFORE_LOSS.toNanos(), lost) >= DELAY.toNanos();
    excused += starved ? 1 : 0;
    return starved;
  }

  private void completion() {
    Optional<Entry> last = history.of("final").findFirst();
    if (last.isEmpty()) {
      return;
    }
    String completed = String.join(",", plan.steps());
    if (!last.get().has("state", "Ready") || !last.get().has("completed", completed)) {
      violated(
          Rule.COMPLETION,
          "in the end the record is %s with the steps [%s]"
              .formatted(last.get().text("state"), last.get().text("completed")));
    }
    for (String step : plan.steps()) {
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

  /** Nodes that come after READY was forgotten by Redis are let through soon. */
  private void lateNodes() {
    for (String node : plan.allNodes().subList(plan.nodes(), plan.allNodes().size())) {
      List<Entry> own = history.entries().stream().filter(e -> e.node().equals(node)).toList();
      Optional<Entry> told = own.stream().filter(e -> e.has("event", "PhaseSkipped")).findFirst();
      long from = own.isEmpty() ? 0 : own.get(0).at();
      long allowed =
          told.map(t -> SOON.toNanos() + history.delay(t.process(), from, t.at())).orElse(0L);
      if (told.isEmpty() || told.get().at() - from > allowed) {
        violated(Rule.ENDS, "%s was not let through in time after READY".formatted(node));
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
