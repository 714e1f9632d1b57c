package io.autoinit.core.settings;

import io.autoinit.Phase;
import io.autoinit.StepPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A step that the configuration declares as a command. Where the settings had no problem its
 * program was found.
 *
 * @param name the name of the step
 * @param phase its phase
 * @param command the program and its arguments; empty only where that was a problem
 * @param after the steps that must have run before
 * @param policy how it is tried
 * @param directory where the command runs; empty: in the working directory
 * @param environment variables that the command gets on top of those of this process
 * @param source where it is declared, for messages
 */
public record CommandDeclaration(
    String name,
    Phase phase,
    List<String> command,
    Set<String> after,
    StepPolicy policy,
    Optional<Path> directory,
    Map<String, String> environment,
    String source) {

  /** Copies the collections. */
  public CommandDeclaration {
    command = List.copyOf(command);
    after = Set.copyOf(after);
    environment = Map.copyOf(environment);
  }
}
