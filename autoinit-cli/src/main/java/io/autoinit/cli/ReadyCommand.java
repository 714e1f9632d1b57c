package io.autoinit.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit ready}: its three commands look at, set and clear readiness by hand. */
@Command(
    name = "ready",
    description = "Looks at the readiness of a run, sets it or clears it by hand.",
    footer = {
      "",
      "Examples:",
      "  autoinit ready check --run-id v42",
      "  autoinit ready clear --run-id v42"
    })
final class ReadyCommand {

  /** {@code autoinit ready check}. */
  @Command(
      name = "check",
      description = {
        "Prints what the fleet knows of a run: state, holder, age, completed steps.",
        "Ends with 0 if the run is READY, else with 75. Touches nothing."
      },
      footer = {
        "",
        "Examples:",
        "  autoinit ready check --run-id v42",
        "  until autoinit ready check --quiet; do sleep 1; done"
      })
  static final class Check implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();

    private final Start start;

    Check(Start start) {
      this.start = start;
    }

    @Override
    public Integer call() {
      return start.looking(
          runId::applyTo,
          autoInit -> {
            ReadinessReport report = ReadinessReport.of(autoInit.readiness());
            start.answer("readiness", report.lines(), report.fields());
            return report.ready() ? ExitCode.DONE.code() : ExitCode.TIMED_OUT.code();
          });
    }
  }

  /** {@code autoinit ready set}. */
  @Command(
      name = "set",
      description = {
        "Declares the infrastructure phase of a run done without running its steps.",
        "Under its lock, for work that somebody did by hand. If the lock is held, says by whom."
      },
      footer = {"", "Examples:", "  autoinit ready set --run-id v42"})
  static final class Set implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();

    private final Start start;

    Set(Start start) {
      this.start = start;
    }

    @Override
    public Integer call() {
      return start.with(
          runId::applyTo,
          autoInit -> {
            boolean changed = autoInit.setReady();
            start.answer(
                "ready-set",
                List.of(changed ? "READY is set" : "it was READY already"),
                Map.of("changed", changed));
            return ExitCode.DONE.code();
          });
    }
  }

  /** {@code autoinit ready clear}. */
  @Command(
      name = "clear",
      description = {
        "Takes the readiness of a run back.",
        "Its next start runs the infrastructure phase again, all steps of it."
      },
      footer = {"", "Examples:", "  autoinit ready clear --run-id v42"})
  static final class Clear implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();

    private final Start start;

    Clear(Start start) {
      this.start = start;
    }

    @Override
    public Integer call() {
      return start.with(
          runId::applyTo,
          autoInit -> {
            boolean changed = autoInit.clearReady();
            start.answer(
                "ready-cleared",
                List.of(changed ? "readiness is cleared" : "there was nothing to clear"),
                Map.of("changed", changed));
            return ExitCode.DONE.code();
          });
    }
  }
}
