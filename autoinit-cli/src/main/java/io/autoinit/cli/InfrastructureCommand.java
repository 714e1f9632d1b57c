package io.autoinit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit infrastructure}. */
@Command(
    name = "infrastructure",
    description = {
      "Runs the infrastructure phase: once per run id for the fleet, under a lock.",
      "Whoever does not lead waits until the leader is done."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit infrastructure --run-id v42",
      "  autoinit infrastructure --timeout 0 --config /etc/autoinit.conf"
    })
final class InfrastructureCommand implements PlainLine.Command {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final TimeoutOption timeout = new TimeoutOption();
  @Mixin private final ProbeOptions probes = new ProbeOptions();

  private final Start start;

  InfrastructureCommand(Start start) {
    this.start = start;
  }

  @Override
  public void take(PlainLine line) {
    runId.take(line);
    timeout.take(line);
    probes.take(line);
  }

  @Override
  public Integer call() {
    return start.with(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
          probes.applyTo(builder);
        },
        autoInit -> {
          autoInit.infrastructure();
          return ExitCode.DONE.code();
        });
  }
}
