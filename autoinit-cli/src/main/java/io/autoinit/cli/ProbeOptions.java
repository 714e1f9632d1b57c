package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an orchestrator asks how a start goes. */
final class ProbeOptions {

  @Option(
      names = "--probe-port",
      paramLabel = "PORT",
      description =
          "Answer /livez, /readyz, /startupz, /status and /metrics at this port while the phases"
              + " run (autoinit.probe-port).")
  private @Nullable String port;

  @Option(
      names = "--probe-address",
      paramLabel = "ADDRESS",
      description =
          "Answer them at this address only, and not at all of this machine"
              + " (autoinit.probe-address).")
  private @Nullable String address;

  void take(PlainLine line) {
    port = line.value("--probe-port").orElse(null);
    address = line.value("--probe-address").orElse(null);
  }

  void applyTo(AutoInit.Builder builder) {
    if (port != null) {
      builder.set("autoinit.probe-port", port, "--probe-port");
    }
    if (address != null) {
      builder.set("autoinit.probe-address", address, "--probe-address");
    }
  }
}
