package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * No two processes work at steps of the same lock at the same time. Two things are excused: the
 * moment in which a stopped process wakes up and notices ({@link #WAKE_UP}), and, where the lock is
 * best effort or a node's lock went with its server, the afterlife that its page admits.
 */
final class OverlapRule {

  /** In this time after SIGCONT a process has stopped its step. */
  static final Duration WAKE_UP = Duration.ofMillis(200);

  /** So many beats may lie between an answer of {@code requireHeld} and the next question. */
  private static final int BEATS_BETWEEN_QUESTIONS = 1;

  private final Plan plan;
  private final History history;
  private final List<StepRun> runs;

  OverlapRule(Plan plan, History history, List<StepRun> runs) {
    this.plan = plan;
    this.history = history;
    this.runs = runs;
  }

  void check(List<Violation> violations) {
    for (StepRun earlier : runs) {
      for (StepRun later : runs) {
        if (earlier.began() < later.began()
            && !earlier.process().equals(later.process())
            && sameLock(earlier, later)) {
          check(earlier, later, violations);
        }
      }
    }
  }

  private boolean sameLock(StepRun a, StepRun b) {
    return a.infrastructure() == b.infrastructure()
        && (a.infrastructure() || group(a).equals(group(b)));
  }

  private String group(StepRun run) {
    return plan.group(run.process().substring(0, run.process().indexOf('.')));
  }

  private void check(StepRun earlier, StepRun later, List<Violation> violations) {
    List<Long> beside =
        earlier.beats().stream()
            .filter(at -> at > later.began())
            .filter(at -> !isAdmitted(earlier, later, at))
            .toList();
    int allowed =
        earlier.asks() && history.continued(earlier.process()).isPresent()
            ? BEATS_BETWEEN_QUESTIONS
            : 0;
    if (beside.size() > allowed) {
      violations.add(
          new Violation(
              Rule.OVERLAP,
              "%s worked on for %d beats, the last at %s, after %s had begun at %s"
                  .formatted(
                      earlier,
                      beside.size(),
                      history.moment(beside.get(beside.size() - 1)),
                      later,
                      history.moment(later.began()))));
    }
  }

  private boolean isAdmitted(StepRun earlier, StepRun later, long at) {
    return isWakingUp(earlier, at)
        || (admitsAfterlife(earlier) && at <= later.began() + Plan.LONGEST_AFTERLIFE.toNanos());
  }

  /** A step that asks learns it at its next question, and a command was never asleep. */
  private boolean isWakingUp(StepRun run, long at) {
    Optional<Long> woken = history.continued(run.process()).filter(w -> w <= at);
    return woken.isPresent()
        && !run.asks()
        && !run.isCommand()
        && at - woken.get() <= WAKE_UP.toNanos() + history.delay(run.process(), woken.get(), at);
  }

  private boolean admitsAfterlife(StepRun run) {
    return !plan.pairing().strong() || (!run.infrastructure() && plan.fault().freesNodeLocks());
  }
}
