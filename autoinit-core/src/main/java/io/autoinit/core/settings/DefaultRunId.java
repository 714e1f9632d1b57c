package io.autoinit.core.settings;

import io.autoinit.RunId;
import io.autoinit.spi.Role;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The run id of a developer's machine, where nobody sets one. */
final class DefaultRunId {

  private static final int BYTES = 4;

  private DefaultRunId() {}

  /** The same for every start in one directory. */
  static RunId of(Path workingDirectory) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5")
              .digest(workingDirectory.toString().getBytes(StandardCharsets.UTF_8));
      return new RunId("dev-" + HexFormat.of().formatHex(digest, 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** Why there must be a run id; empty if the default will do. */
  static Optional<String> refusal(
      SettingSources sources,
      Optional<String> environment,
      Map<Role, String> roles,
      Map<String, BackendInstance> backends) {
    return reason(sources, environment, roles, backends)
        .map(
            reason ->
                "autoinit.run-id is missing: %s, so each deployment must say which it is; set AUTOINIT_RUN_ID, for example to the image tag or the commit"
                    .formatted(reason));
  }

  private static Optional<String> reason(
      SettingSources sources,
      Optional<String> environment,
      Map<Role, String> roles,
      Map<String, BackendInstance> backends) {
    Optional<String> remote =
        roles.values().stream()
            .distinct()
            .sorted()
            .filter(name -> backends.containsKey(name) && !backends.get(name).onThisMachine())
            .findFirst();
    if (remote.isPresent()) {
      return remote.map(name -> "the backend " + name + " is not on this machine");
    }
    return production(sources, environment);
  }

  /** Why this counts as production; empty if it does not. */
  static Optional<String> production(SettingSources sources, Optional<String> environment) {
    if (!sources.environment().getOrDefault("KUBERNETES_SERVICE_HOST", "").isEmpty()) {
      return Optional.of("this is Kubernetes (KUBERNETES_SERVICE_HOST is set)");
    }
    return environment
        .filter("production"::equalsIgnoreCase)
        .map(production -> "autoinit.environment is " + production);
  }
}
