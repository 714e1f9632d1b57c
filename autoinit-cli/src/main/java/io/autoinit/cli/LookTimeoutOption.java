package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import picocli.CommandLine.Option;

/** How long a command that only looks, or changes something by hand, waits for the stores. */
final class LookTimeoutOption {

  /** Longer than a store takes to say that it is away; not what a start waits for others. */
  private static final String STANDARD = "10s";

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = STANDARD,
      description = {
        "How long to wait for the stores, in seconds or as 500ms, 2m; 10s without it,"
            + " whatever autoinit.timeout is. 0: as long as they take by themselves."
      })
  private String timeout = STANDARD;

  void applyTo(AutoInit.Builder builder) {
    builder.set("autoinit.timeout", timeout, "--timeout");
  }
}
