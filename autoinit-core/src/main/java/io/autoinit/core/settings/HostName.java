package io.autoinit.core.settings;

import io.autoinit.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The name of this host.
 *
 * @param value the name as the host says it
 */
public record HostName(String value) {

  private static final int LONGEST_ID = 128;
  private static final String NAMELESS = "localhost";

  /**
   * Asks for the name of this host, without a look-up in the network where the host itself knows.
   *
   * @param environment the environment variables; containers have {@code HOSTNAME}
   * @return the name
   */
  public static HostName of(Map<String, String> environment) {
    return new HostName(
        Optional.ofNullable(environment.get("HOSTNAME"))
            .filter(name -> !name.isBlank())
            .or(HostName::kernelName)
            .orElseGet(HostName::lookedUpName));
  }

  private static Optional<String> kernelName() {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip())
          .filter(name -> !name.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String lookedUpName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return NAMELESS;
    }
  }

  /**
   * The name as a legal node id: what is not legal becomes a dash, and the end is cut.
   *
   * @return the node id
   */
  public NodeId asNodeId() {
    String legal = value.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[._-]+", "");
    if (legal.isEmpty()) {
      return new NodeId(NAMELESS);
    }
    return new NodeId(legal.length() <= LONGEST_ID ? legal : legal.substring(0, LONGEST_ID));
  }
}
