package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import picocli.CommandLine.Option;

/** What the failure of a node step means. */
final class FatalOnErrorOption {

  @Option(
      names = "--fatal-on-error",
      description = "A node step that fails ends the command; without, the others still run.")
  private boolean fatal;

  void take(PlainLine line) {
    fatal = line.has("--fatal-on-error");
  }

  void applyTo(AutoInit.Builder builder) {
    if (fatal) {
      builder.set("autoinit.fatal-on-error", "true", "--fatal-on-error");
    }
  }
}
