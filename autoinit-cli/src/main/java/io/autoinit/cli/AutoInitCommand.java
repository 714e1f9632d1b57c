package io.autoinit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code autoinit} itself. */
@Command(
    name = "autoinit",
    description = {
      "Starts one member of a fleet of containers: what must happen once for the whole fleet,",
      "once per node, and then the service."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  autoinit run -- java -jar shop.jar",
      "  autoinit infrastructure --run-id v42",
      "  autoinit ready check --help"
    })
final class AutoInitCommand {

  @SuppressWarnings("UnusedVariable") // Picocli reads its options.
  @Mixin
  private final CommonOptions options;

  @SuppressWarnings("UnusedVariable") // Picocli acts on it.
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  AutoInitCommand(CommonOptions options) {
    this.options = options;
  }
}
