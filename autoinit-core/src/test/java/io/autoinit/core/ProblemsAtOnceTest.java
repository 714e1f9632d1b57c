package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autoinit.ConfigurationException;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever corrects a configuration hears of everything at once. */
class ProblemsAtOnceTest {

  @TempDir private Path directory = Path.of("");

  private List<String> problems(String steps) throws IOException {
    return problems(new Prepare(), steps);
  }

  private List<String> problems(InitStep ofCode, String steps) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("autoinit.conf"),
            "autoinit { run-id = v42, tiemout = 3s, steps = [ %s ] }".formatted(steps));
    ConfigurationException refused =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                AutoInit.builder()
                    .config(config)
                    .environment(Map.of("AUTOINIT_MARKER_DIR", directory.toString()))
                    .systemProperties(new Properties())
                    .withoutDiscoveredSteps()
                    .step(ofCode)
                    .build());
    assertThat(refused).as("it was accepted").isNotNull();
    return refused.problems();
  }

  @Test
  void theOrderOfStepsIsToldWithTheSettings() throws IOException {
    assertThat(
            problems("{ name = seed, phase = infrastructure, after = [prepar], command = [sh] }"))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("autoinit.tiemout is unknown"))
        .anyMatch(
            problem ->
                problem.contains("step 'seed'") && problem.endsWith("did you mean 'prepare'?"));
  }

  @Test
  void aStepThatIsWronglyDeclaredIsThereAllTheSame() throws IOException {
    assertThat(
            problems(
                "{ name = migrate, phase = infrastructure, command = [sh], attempts = none }, "
                    + "{ name = seed, phase = infrastructure, after = [migrate, prepare], command = [sh] }"))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("attempts must be"))
        .noneMatch(problem -> problem.contains("runs after"));
  }

  /** The program may be missing here, or what else is wrong with a step be told. */
  @Test
  void aStepThatIsWronglyDeclaredIsOrderedAllTheSame() throws IOException {
    assertThat(
            problems(
                "{ name = migrate, phase = infrastructure, command = [no-such-program], after = [seed] }, "
                    + "{ name = seed, phase = infrastructure, command = [sh], attempts = none, after = [migrate] }, "
                    + "{ name = warm, phase = node, comand = [sh], after = [nobody] }"))
        .hasSize(6)
        .anyMatch(problem -> problem.contains("the command 'no-such-program' does not exist"))
        .anyMatch(problem -> problem.contains("attempts must be"))
        .anyMatch(problem -> problem.contains("'comand' is unknown"))
        .anyMatch(problem -> problem.contains("wait for each other: migrate -> seed -> migrate"))
        .anyMatch(problem -> problem.contains("step 'warm'") && problem.contains("'nobody'"));
  }

  @Test
  void aClassThatCannotSayWhatItIsHidesNoOtherProblem() throws IOException {
    var broken =
        new Prepare() {
          @Override
          public Set<String> after() {
            throw new IllegalStateException("no database yet");
          }
        };

    assertThat(problems(broken, ""))
        .singleElement()
        .asString()
        .contains("autoinit.tiemout is unknown");
  }

  private static class Prepare implements InitStep {
    @Override
    public String name() {
      return "prepare";
    }

    @Override
    public Phase phase() {
      return Phase.INFRASTRUCTURE;
    }

    @Override
    public void run(StepContext context) {}
  }
}
