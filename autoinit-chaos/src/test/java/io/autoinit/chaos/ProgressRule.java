package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A step that was recorded is not begun again, none is after READY, and no node step before READY.
 */
final class ProgressRule {

  private final Plan plan;
  private final History history;
  private final List<StepRun> runs;

  ProgressRule(Plan plan, History history, List<StepRun> runs) {
    this.plan = plan;
    this.history = history;
    this.runs = runs;
  }

  void check(List<Violation> violations) {
    String store = plan.pairing().evidence();
    history
        .of("answered")
        .filter(e -> e.has("done", "true"))
        .filter(e -> e.text("call").startsWith(store + ".publish-"))
        .forEach(record -> notAgain(record, violations));
    notEarly(violations);
    notTwicePerNode(violations);
  }

  private void notAgain(Entry record, List<Violation> violations) {
    Set<String> completed = Set.copyOf(List.of(record.text("completed").split(",", -1)));
    boolean ready = record.text("call").endsWith(".publish-ready");
    runs.stream()
        .filter(run -> run.infrastructure() && run.began() > record.at())
        .filter(run -> ready || completed.contains(run.step()))
        .filter(run -> !lostBetween(record, run) && !isWakingUp(run))
        .findFirst()
        .ifPresent(
            run ->
                violations.add(
                    new Violation(
                        Rule.REPEATED,
                        "%s began at %s, although %s had recorded %s at %s"
                            .formatted(
                                run,
                                history.moment(run.began()),
                                record.process(),
                                ready ? "READY" : "it",
                                history.moment(record.at())))));
  }

  /** Whether the store that took a record has lost it before a step began. */
  private boolean lostBetween(Entry record, StepRun run) {
    String call = record.text("call");
    return history.lostData(call.substring(0, call.indexOf('.')), record.at(), run.began());
  }

  /** A process that was stopped just before it began has not looked at its lease since. */
  private boolean isWakingUp(StepRun run) {
    Optional<Long> woken = history.continued(run.process()).filter(w -> w <= run.began());
    return woken.isPresent() && run.began() - woken.get() <= OverlapRule.WAKE_UP.toNanos();
  }

  private void notEarly(List<Violation> violations) {
    long ready =
        history
            .of("sent")
            .filter(e -> e.text("call").endsWith(".publish-ready"))
            .mapToLong(Entry::at)
            .min()
            .orElse(Long.MAX_VALUE);
    runs.stream()
        .filter(run -> !run.infrastructure() && run.began() < ready)
        .forEach(
            run ->
                violations.add(
                    new Violation(
                        Rule.EARLY,
                        "%s began at %s, before READY was published"
                            .formatted(run, history.moment(run.began())))));
  }

  private void notTwicePerNode(List<Violation> violations) {
    history
        .of("answered")
        .filter(e -> e.has("done", "true") && e.text("call").endsWith(".put"))
        .forEach(
            put ->
                runs.stream()
                    .filter(run -> !run.infrastructure() && run.began() > put.at())
                    .filter(run -> group(run.process()).equals(group(put.process())))
                    .filter(run -> !lostBetween(put, run) && !isWakingUp(run))
                    .findFirst()
                    .ifPresent(
                        run ->
                            violations.add(
                                new Violation(
                                    Rule.REPEATED,
                                    "%s began at %s, although the marker of its node was written at %s"
                                        .formatted(
                                            run,
                                            history.moment(run.began()),
                                            history.moment(put.at()))))));
  }

  private String group(String process) {
    return plan.group(process.substring(0, process.indexOf('.')));
  }
}
