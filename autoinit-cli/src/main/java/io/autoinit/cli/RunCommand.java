package io.autoinit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit run}. */
@Command(
    name = "run",
    customSynopsis = "autoinit run [OPTIONS] [-- COMMAND ARG...]",
    description = {
      "Runs both phases, then becomes COMMAND.",
      "COMMAND has the same process id; signals and the exit code are its own. Without COMMAND",
      "it ends with 0 when both phases are done."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit run -- java -jar shop.jar",
      "  autoinit run --run-id v42 --timeout 2m -- gunicorn shop.wsgi",
      "  ENTRYPOINT [\"autoinit\", \"run\", \"--\"]"
    })
final class RunCommand implements PlainLine.Command {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final TimeoutOption timeout = new TimeoutOption();
  @Mixin private final ProbeOptions probes = new ProbeOptions();
  @Mixin private final FatalOnErrorOption fatalOnError = new FatalOnErrorOption();

  private final Start start;
  private final CommandLineSplit split;

  RunCommand(Start start, CommandLineSplit split) {
    this.start = start;
    this.split = split;
  }

  @Override
  public void take(PlainLine line) {
    runId.take(line);
    timeout.take(line);
    probes.take(line);
    fatalOnError.take(line);
  }

  @Override
  public Integer call() {
    return start.with(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
          probes.applyTo(builder);
          fatalOnError.applyTo(builder);
        },
        autoInit -> {
          autoInit.run();
          return split.command().isPresent() ? ExitCode.BECOME_COMMAND : ExitCode.DONE.code();
        });
  }
}
