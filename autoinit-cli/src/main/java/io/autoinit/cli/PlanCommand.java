package io.autoinit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit plan}. */
@Command(
    name = "plan",
    description = {
      "Tells what a start would do now: which steps in which order, and why each runs or not.",
      "Asks the stores, changes nothing and takes no lock. Ends with 0 whenever it could tell."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit plan --run-id v42",
      "  autoinit plan --json | jq '.steps[] | select(.decision == \"run\") | .step'"
    })
final class PlanCommand implements Callable<Integer> {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

  private final Start start;

  PlanCommand(Start start) {
    this.start = start;
  }

  @Override
  public Integer call() {
    return start.answering(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
        },
        autoInit -> {
          PlanReport report = PlanReport.of(autoInit.plan());
          start.answer("plan", report.lines(), report.fields());
          return ExitCode.DONE.code();
        });
  }
}
