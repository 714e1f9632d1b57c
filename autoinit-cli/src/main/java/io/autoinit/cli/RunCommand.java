package io.autoinit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
final class RunCommand implements Callable<Integer> {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final TimeoutOption timeout = new TimeoutOption();
  @Mixin private final ProbeOptions probes = new ProbeOptions();
  @Mixin private final FatalOnErrorOption fatalOnError = new FatalOnErrorOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Start start;
  private final CommandLineSplit split;
  private final Launcher launcher;

  RunCommand(Start start, CommandLineSplit split, Launcher launcher) {
    this.start = start;
    this.split = split;
    this.launcher = launcher;
  }

  @Override
  public Integer call() {
    split.command().flatMap(launcher::refusal).ifPresent(this::refuse);
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

  private void refuse(String reason) {
    throw new ParameterException(spec.commandLine(), reason);
  }
}
