package io.autoinit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit node}. */
@Command(
    name = "node",
    description = {
      "Runs the node phase: once per node and run id, behind a lock and a marker.",
      "Waits until the infrastructure phase is done first."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit node --run-id v42",
      "  autoinit node --fatal-on-error --set autoinit.marker-dir=/data/autoinit"
    })
final class NodeCommand implements PlainLine.Command {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final TimeoutOption timeout = new TimeoutOption();
  @Mixin private final ProbeOptions probes = new ProbeOptions();
  @Mixin private final FatalOnErrorOption fatalOnError = new FatalOnErrorOption();

  private final Start start;

  NodeCommand(Start start) {
    this.start = start;
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
          autoInit.node();
          return ExitCode.DONE.code();
        });
  }
}
