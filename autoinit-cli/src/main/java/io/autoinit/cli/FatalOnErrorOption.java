package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the failure of a node step means. */
final class FatalOnErrorOption {

  @Option(
      names = "--fatal-on-error",
      description = "A node step that fails ends the command; without, the others still run.")
  private @Nullable Boolean fatal;

  void take(PlainLine line) {
    fatal = line.has("--fatal-on-error") ? Boolean.TRUE : null;
  }

  void applyTo(AutoInit.Builder builder) {
    if (fatal != null) {
      builder.set("autoinit.fatal-on-error", fatal.toString(), "--fatal-on-error");
    }
  }
}
