package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person at a terminal sees; the terminal is one that {@code script} makes. */
class LiveViewIT {

  private static final String ERASE = "\r\u001b[K";

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);

  @BeforeEach
  void setUp() throws IOException {
    autoinit = Distribution.withArchive(directory);
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit.steps = [{
          name = migrate, phase = infrastructure
          command = [sh, -c, "echo 3 of 9 tables, and more than fits; until [ -e go ]; do sleep 0.1; done"]
        }]
        """);
  }

  private Process onTerminal(Map<String, String> environment) {
    ProcessBuilder script =
        autoinit.processOf(
            List.of(
                "script",
                "-qefc",
                autoinit.launcher() + " run -- echo becomes-the-command",
                "/dev/null"));
    script.environment().put("TERM", "xterm");
    script.environment().put("COLUMNS", "40");
    script.environment().putAll(environment);
    return autoinit.start(script);
  }

  @Test
  void theStepInWorkIsShownAndTakenAway() throws IOException {
    Process process = onTerminal(Map.of());
    autoinit.until(
        process,
        "the step is shown",
        () -> autoinit.soFar().matches("(?s).*[-|/\\\\] infrastructure  migrate \\(.*"));
    Files.createFile(directory.resolve("go"));

    String seen = autoinit.end(process).out();

    assertThat(process.exitValue()).isZero();
    for (String drawn : seen.split(Pattern.quote(ERASE), -1)) {
      String live = drawn.lines().findFirst().orElse("");
      if (live.matches("[-|/\\\\] .*")) {
        assertThat(live.length()).as(live).isLessThan(40);
      }
    }
    // What a terminal keeps: of each line what stands behind the last erasure.
    List<String> kept =
        Arrays.stream(seen.split("\\r?\\n", -1))
            .map(
                line ->
                    line.substring(
                        line.lastIndexOf(ERASE) < 0 ? 0 : line.lastIndexOf(ERASE) + ERASE.length()))
            .filter(line -> !line.isEmpty())
            .toList();
    assertThat(kept)
        .allMatch(line -> line.matches("autoinit .*|becomes-the-command"))
        .anyMatch(line -> line.contains("migrate: done"))
        .endsWith("becomes-the-command");
  }

  @Test
  void aTerminalHasColoursUnlessTheyAreUnwanted() throws IOException {
    Files.createFile(directory.resolve("go"));
    String green = "\u001b[32m";

    assertThat(autoinit.end(onTerminal(Map.of())).out()).contains(green);
    assertThat(autoinit.end(onTerminal(Map.of("NO_COLOR", "1"))).out())
        .contains("nothing to do")
        .doesNotContain(green);
  }

  @Test
  void aDumbTerminalGetsPlainLines() throws IOException {
    Files.createFile(directory.resolve("go"));

    assertThat(autoinit.end(onTerminal(Map.of("TERM", "dumb"))).out())
        .contains("migrate: done", "becomes-the-command")
        .doesNotContain("\u001b");
  }

  @Test
  void aPipeGetsPlainLines() throws IOException {
    Files.createFile(directory.resolve("go"));

    assertThat(autoinit.run("run").err()).contains("migrate: done").doesNotContain("\u001b", "\r");
  }
}
