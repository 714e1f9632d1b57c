package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's step class that ends the JVM, or does not end. */
class UnrulyStepIT {

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);
  private Path step = directory;

  @BeforeEach
  void setUp() {
    autoinit = Distribution.withArchive(directory);
    step = directory.resolve("step");
  }

  @ParameterizedTest(name = "autoinit {0}")
  @ValueSource(strings = {"run -- echo up", "infrastructure"})
  void aStepThatEndsTheJvmHasFailed(String args) throws IOException {
    Distribution.Ended end = autoinit.end(autoinit.start(unruly("exits", args)));

    assertThat(end.err())
        .endsWith(
            "autoinit: step 'unruly' called System.exit, so it has failed: a step must return or"
                + " throw\n")
        .doesNotContain("SIG", "launcher");
    assertThat(end.out()).isEmpty();
    assertThat(end.code()).isEqualTo(70);
  }

  @ParameterizedTest(name = "autoinit {0}")
  @ValueSource(strings = {"run -- echo up", "infrastructure"})
  void anotherThreadThatEndsTheJvmStopsThePhases(String args) throws IOException {
    Distribution.Ended end = autoinit.end(autoinit.start(unruly("lets another thread exit", args)));

    assertThat(end.err())
        .contains("autoinit: somebody called System.exit: stopping the phases")
        .doesNotContain("SIG", "launcher");
    assertThat(end.out()).isEmpty();
    assertThat(end.code()).isEqualTo(70);
  }

  @ParameterizedTest(name = "SIG{1} to autoinit {0} ends it with {2}")
  @CsvSource({
    "run -- echo up, INT, 130",
    "infrastructure, INT, 130",
    "infrastructure, HUP, 129",
    "infrastructure, TERM, 143",
  })
  void aSignalEndsAStepThatDoesNotStop(String args, String signal, int code) throws Exception {
    Process process = autoinit.start(unruly("does not stop", args));
    autoinit.processIn(step, process);

    new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).start().waitFor();

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(code);
    assertThat(end.err()).contains("unruly: does not stop; this process is halted");
    assertThat(end.out()).isEmpty();
  }

  private ProcessBuilder unruly(String how, String args) throws IOException {
    ProcessBuilder process = autoinit.process(args.split(" ", -1));
    process.environment().put("AUTOINIT_CLASSPATH", application().toString());
    process.environment().put("AUTOINIT_CANCEL_GRACE", "200ms");
    process.environment().put("UNRULY", how);
    return process;
  }

  /** The classes of an application with one step. */
  private Path application() throws IOException {
    Path classes = directory.resolve("classes");
    String file = UnrulyStep.class.getName().replace('.', File.separatorChar) + ".class";
    Files.createDirectories(Objects.requireNonNull(classes.resolve(file).getParent()));
    try (var bytes =
        Objects.requireNonNull(UnrulyStep.class.getResourceAsStream("UnrulyStep.class"))) {
      Files.copy(bytes, classes.resolve(file));
    }
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("io.autoinit.InitStep"), UnrulyStep.class.getName() + "\n");
    return classes;
  }
}
