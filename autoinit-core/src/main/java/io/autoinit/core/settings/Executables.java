package io.autoinit.core.settings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Looks for the program of a command as the system will. */
final class Executables {

  private Executables() {}

  /**
   * What is wrong with a program.
   *
   * @param path the variable PATH that the command will see
   * @param directory where the command will run
   * @return one sentence without a subject; empty if the program can be run
   */
  static Optional<String> missing(String program, String path, Path directory) {
    try {
      if (program.indexOf('/') >= 0) {
        Path file = directory.resolve(program);
        if (!Files.exists(file)) {
          return Optional.of("the command " + Given.shown(program) + " does not exist");
        }
        return isProgram(file)
            ? Optional.empty()
            : Optional.of("the command " + Given.shown(program) + " may not be executed");
      }
      for (String entry : path.split(":", -1)) {
        if (isProgram(directory.resolve(entry).resolve(program))) {
          return Optional.empty();
        }
      }
    } catch (InvalidPathException e) {
      return Optional.of("the command " + Given.shown(program) + " is not a path");
    }
    return Optional.of(
        "the command %s does not exist: it is in no directory of PATH"
            .formatted(Given.shown(program)));
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
