package io.autoinit.core.settings;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a start was told, checked as far as it can be without touching a store. Made by {@link
 * SettingsReader}.
 *
 * @param runId the deployment
 * @param runIdGiven whether somebody set the run id; false: it stands for the working directory
 * @param namespace the application
 * @param nodeId the node, if set; else it is {@link HostName#asNodeId()}
 * @param environment what kind of environment this is, for example {@code production}
 * @param timeout the deadline of a whole command; zero: try once
 * @param waitWhileProgressing whether the deadline counts from the last progress of the leader
 * @param readinessKeyPrefix under which keys readiness lives in a key-value store
 * @param markerDir the directory of the file backend
 * @param fatalOnError whether a node step that fails aborts its phase although it says otherwise
 * @param pace the times of the protocol
 * @param roles the name of the instance that plays each role; has all roles
 * @param backends the instances by name, the configured ones first
 * @param probe where probes are answered while the phases run; empty: nowhere
 * @param steps the commands that the configuration declares, in its order
 * @param hooks the commands that hear of the end
 * @param absences for who runs no step here: what is not here, so that a start would be refused
 * @param noFile where no configuration file was found; empty if one was
 */
public record Settings(
    RunId runId,
    boolean runIdGiven,
    Namespace namespace,
    Optional<NodeId> nodeId,
    Optional<String> environment,
    Duration timeout,
    boolean waitWhileProgressing,
    String readinessKeyPrefix,
    Path markerDir,
    boolean fatalOnError,
    Pace pace,
    Map<Role, String> roles,
    Map<String, BackendInstance> backends,
    Optional<ProbeAddress> probe,
    List<CommandDeclaration> steps,
    Hooks hooks,
    List<String> absences,
    Optional<String> noFile) {

  /** Copies the collections, keeping their order. */
  public Settings {
    roles = Map.copyOf(roles);
    backends = Collections.unmodifiableMap(new LinkedHashMap<>(backends));
    steps = List.copyOf(steps);
    absences = List.copyOf(absences);
  }

  /**
   * The instance that plays a role.
   *
   * @param role the role
   * @return the instance
   */
  public BackendInstance instance(Role role) {
    return backend(Objects.requireNonNull(roles.get(role)));
  }

  /**
   * The instance of a name.
   *
   * @param name a name that {@link #backends} has
   * @return the instance
   */
  public BackendInstance backend(String name) {
    return Objects.requireNonNull(backends.get(name));
  }
}
