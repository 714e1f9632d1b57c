package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a command waits. */
final class TimeoutOption {

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = {
        "How long to wait for locks and readiness, in seconds or as 500ms, 2m, 1h"
            + " (autoinit.timeout, AUTOINIT_TIMEOUT_SEC). 0: try once."
      })
  private @Nullable String timeout;

  @Option(
      names = "--wait-while-progressing",
      description =
          "Count the timeout anew whenever the leader gets on (autoinit.wait-while-progressing).")
  private @Nullable Boolean whileProgressing;

  void take(PlainLine line) {
    timeout = line.value("--timeout").orElse(null);
    whileProgressing = line.has("--wait-while-progressing") ? Boolean.TRUE : null;
  }

  void applyTo(AutoInit.Builder builder) {
    if (timeout != null) {
      builder.set("autoinit.timeout", timeout, "--timeout");
    }
    if (whileProgressing != null) {
      builder.set(
          "autoinit.wait-while-progressing",
          whileProgressing.toString(),
          "--wait-while-progressing");
    }
  }
}
