package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autoinit.StepFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that tells its secrets when it fails. */
class SecretsOfStepsTest {

  private static final String[] SECRETS = {"of-the-step", "of-the-process", "of-the-url"};

  @TempDir private Path directory = Path.of("");

  @Test
  void noSecretLeavesTheProcessByAFailure() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("autoinit.conf"),
            """
            autoinit.steps = [{
              name = migrate, phase = infrastructure
              environment { DB_PASSWORD = of-the-step }
              command = [sh, -c, "echo $DB_PASSWORD of-the-process at db://a:of-the-url@db; exit 3"]
            }]
            """);
    Path store = directory.resolve("store");
    Queue<String> told = new ConcurrentLinkedQueue<>();
    StepFailedException failure;
    try (AutoInit start =
        AutoInit.builder()
            .config(config)
            .environment(
                Map.of(
                    "PATH",
                    System.getenv("PATH"),
                    "AUTOINIT_MARKER_DIR",
                    store.toString(),
                    "AUTOINIT_RUN_ID",
                    "v1",
                    "DB_TOKEN",
                    "of-the-process"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .listener(event -> told.add(event.toString()))
            .build()) {
      failure = catchThrowableOfType(StepFailedException.class, start::infrastructure);
    }

    String shown = "*** *** at db://a:***@db";
    assertThat(failure).hasMessageContaining(shown);
    assertThat(trace(failure)).contains("Caused by", shown).doesNotContain(SECRETS);
    assertThat(told.toString()).contains("StepOutput", shown).doesNotContain(SECRETS);
    assertThat(textsIn(store)).contains("state=FAILED", "*** *** at db").doesNotContain(SECRETS);
  }

  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  private static String textsIn(Path directory) throws IOException {
    StringBuilder texts = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.append(Files.readString(file)).append('\n');
      }
    }
    return texts.toString();
  }
}
