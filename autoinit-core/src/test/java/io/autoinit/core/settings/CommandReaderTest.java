package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.StepPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that the configuration declares as commands. */
class CommandReaderTest {

  private final Path directory;
  private final SettingsFixture given;

  CommandReaderTest(@TempDir Path directory) {
    this.directory = directory;
    this.given = new SettingsFixture(directory).environment("PATH", System.getenv("PATH"));
  }

  @Test
  void aStepIsReadWhole() {
    given.file(
        """
        autoinit.steps = [
          { name = first, phase = node, command = ["sh", "-c", "true"] }
          { name = seed, phase = infrastructure, command = [sh, -c, 7], after = [first, second]
            timeout = 2m, attempts = 3, backoff = 5s, on-failure = continue
            directory = ., environment { K = v, "a.b" = 1 } }
        ]
        """);
    List<CommandDeclaration> steps = given.read().steps();
    assertThat(steps.get(0))
        .isEqualTo(
            new CommandDeclaration(
                "first",
                Phase.NODE,
                List.of("sh", "-c", "true"),
                Set.of(),
                StepPolicy.of(Phase.NODE),
                Optional.empty(),
                Map.of(),
                directory.resolve("autoinit.conf") + ": 2"));
    CommandDeclaration seed = steps.get(1);
    assertThat(seed.command()).containsExactly("sh", "-c", "7");
    assertThat(seed.after()).containsExactlyInAnyOrder("first", "second");
    assertThat(seed.policy())
        .isEqualTo(
            new StepPolicy(
                Optional.of(Duration.ofMinutes(2)), 3, Duration.ofSeconds(5), OnFailure.CONTINUE));
    assertThat(seed.directory().orElseThrow().normalize()).isEqualTo(directory);
    assertThat(seed.environment()).isEqualTo(Map.of("K", "v", "a.b", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name = Seed | 'Seed': name must be small letters, digits and dashes, beginning with a letter, at most 64, not 'Seed'",
        "phase = later | phase must be infrastructure or node, not 'later'",
        "command = \"psql -f x\" | command must be a list of texts, for example command = [\"psql\", \"-f\", \"seed.sql\"]",
        "command = [] | command must begin with a program, for example command = [\"psql\", \"-f\", \"seed.sql\"]",
        "command = null | command is missing, for example command = [\"psql\", \"-f\", \"seed.sql\"]",
        "command = [no-such-program-anywhere] | the command 'no-such-program-anywhere' does not exist: it is in no directory of PATH; correct it or install it",
        "command = [./none] | the command './none' does not exist; correct it or install it",
        "after = migrate | after must be a list of texts, for example after = [\"migrate\"]",
        "timeout = abc | timeout must be a duration such as 500ms, 2s or 5m, longer than zero, not 'abc'",
        "timeout = 0 | timeout must be a duration such as 500ms, 2s or 5m, longer than zero, not '0'",
        "attempts = 0 | attempts must be a whole number from 1 on, not '0'",
        "backoff = x | backoff must be a duration such as 500ms, 2s or 5m, not 'x'",
        "on-failure = ignore | on-failure must be abort or continue, not 'ignore'",
        "directory = none | directory must be a directory that exists, not 'none'",
        "timout = 5s | 'timout' is unknown; did you mean 'timeout'?",
        "command = null, comand = [psql] | 'comand' is unknown; did you mean 'command'?",
        "environment = x | environment must be a block of variables in braces: { NAME = value }",
        "attempts = [1] | attempts must be one value"
      })
  void aBadFieldGetsOneSentence(String field, String sentence) {
    given.file(
        "autoinit.steps = [ { name = seed, phase = node, command = [sh] } { %s } ]"
            .formatted("name = seed, phase = node, command = [sh], " + field));
    assertThat(given.problems())
        .singleElement()
        .asString()
        .startsWith(directory.resolve("autoinit.conf") + ": 1: step '")
        .endsWith(": " + sentence.replaceFirst("^'Seed': ", ""));
  }

  @Test
  void whatIsMissingIsNamed() {
    given.file("autoinit.steps = [ {} ]");
    String step = directory.resolve("autoinit.conf") + ": 1: a step: ";
    assertThat(given.problems())
        .containsExactly(
            step + "name is missing: the name of the step",
            step + "phase is missing: infrastructure or node",
            step + "command is missing, for example command = [\"psql\", \"-f\", \"seed.sql\"]");
  }

  @Test
  void aFileThatIsNoProgramIsRefused() throws IOException {
    Files.writeString(directory.resolve("plain"), "text");
    given.file("autoinit.steps = [ { name = seed, phase = node, command = [./plain] } ]");
    assertThat(given.problems())
        .singleElement()
        .asString()
        .endsWith("the command './plain' may not be executed; correct it or install it");
  }

  @Test
  void stepsMustBeAList() {
    given.file("autoinit.steps = x");
    assertThat(given.problems())
        .containsExactly(
            directory.resolve("autoinit.conf")
                + ": 1: autoinit.steps must be a list of steps in square brackets");
  }
}
