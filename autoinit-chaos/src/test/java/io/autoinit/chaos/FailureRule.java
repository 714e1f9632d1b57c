package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.time.Duration;
import java.util.List;

/**
 * A failure ends every waiter in time: within a second where the store pushes. Nobody tries the
 * step again before the retry is due.
 */
final class FailureRule {

  private static final Duration PUSHED = Duration.ofSeconds(1);
  private static final Duration POLLED = Duration.ofSeconds(3);

  /** The standard of {@code autoinit.retry-delay}, less what clocks differ by. */
  private static final Duration RETRY = Duration.ofMillis(4_900);

  private final Plan plan;
  private final History history;
  private final List<StepRun> runs;

  FailureRule(Plan plan, History history, List<StepRun> runs) {
    this.plan = plan;
    this.history = history;
    this.runs = runs;
  }

  void check(List<Violation> violations) {
    List<Entry> failures =
        history
            .calls("answered", plan.pairing().signal() + ".publish-failed")
            .filter(e -> e.has("done", "true"))
            .toList();
    failures.forEach(failure -> check(failure, violations));
    if (plan.fault() == Fault.FAILING && failures.isEmpty()) {
      violations.add(new Violation(Rule.FAILURE, "the failure was never published"));
    }
  }

  private void check(Entry failure, List<Violation> violations) {
    Duration bound = plan.pairing().pushes() ? PUSHED : POLLED;
    history
        .of("ended")
        .filter(e -> e.at() > failure.at() && isWaiting(e.process(), failure.at()))
        .filter(
            e ->
                e.at() - failure.at()
                    > bound.toNanos() + history.delay(e.process(), failure.at(), e.at()))
        .forEach(
            e ->
                violations.add(
                    new Violation(
                        Rule.FAILURE,
                        "%s ended %d ms after the failure was published"
                            .formatted(e.process(), (e.at() - failure.at()) / 1_000_000))));
    runs.stream()
        .filter(run -> run.step().equals(Plan.FAILING_STEP) && run.began() > failure.at())
        .filter(run -> run.began() - failure.at() < RETRY.toNanos())
        .forEach(
            run ->
                violations.add(
                    new Violation(
                        Rule.FAILURE,
                        "%s began %d ms after the failure was published"
                            .formatted(run, (run.began() - failure.at()) / 1_000_000))));
  }

  /** Whether it waited for that leader: it came before the failure, and did not lead. */
  private boolean isWaiting(String process, long at) {
    return history.entries().stream()
        .anyMatch(e -> e.process().equals(process) && e.at() < at && e.has("event", "Waiting"));
  }
}
