package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which deployment a command is about. */
final class RunIdOption {

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The deployment (autoinit.run-id, AUTOINIT_RUN_ID).")
  private @Nullable String runId;

  void take(PlainLine line) {
    runId = line.value("--run-id").orElse(null);
  }

  void applyTo(AutoInit.Builder builder) {
    if (runId != null) {
      builder.set("autoinit.run-id", runId, "--run-id");
    }
  }
}
