package io.autoinit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit wait}. */
@Command(
    name = "wait",
    customSynopsis = "autoinit wait [OPTIONS] [-- COMMAND ARG...]",
    description = {
      "Waits until a run is READY and takes no part: no lock, no step, no record.",
      "For sidecars and main processes. Then becomes COMMAND, as 'autoinit run' does; without COMMAND",
      "it ends with 0. A leader that fails meanwhile ends it with 70 and its message."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit wait --run-id v42 --timeout 10m",
      "  autoinit wait -- nginx -g 'daemon off;'"
    })
final class WaitCommand implements PlainLine.Command {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final TimeoutOption timeout = new TimeoutOption();

  private final Start start;
  private final CommandLineSplit split;

  WaitCommand(Start start, CommandLineSplit split) {
    this.start = start;
    this.split = split;
  }

  @Override
  public void take(PlainLine line) {
    runId.take(line);
    timeout.take(line);
  }

  @Override
  public Integer call() {
    return start.waiting(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
        },
        autoInit -> {
          autoInit.awaitReady();
          return split.command().isPresent() ? ExitCode.BECOME_COMMAND : ExitCode.DONE.code();
        });
  }
}
