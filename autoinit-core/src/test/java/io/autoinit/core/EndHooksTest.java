package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.InitEvent;
import io.autoinit.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that hear of the end, as real processes. */
class EndHooksTest {

  private static final String TELLS =
      "[sh, -c, \"echo $AUTOINIT_OUTCOME $AUTOINIT_PHASE $AUTOINIT_NAMESPACE $AUTOINIT_RUN_ID"
          + " $AUTOINIT_EXIT_CODE led=$AUTOINIT_LED step=$AUTOINIT_STEP: $AUTOINIT_MESSAGE >> told\"]";

  @TempDir private Path directory = Path.of("");
  private final List<AutoInit> starts = new ArrayList<>();
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
  private final Queue<String> ran = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    starts.forEach(AutoInit::close);
  }

  @Test
  void oneMemberOfTheFleetTellsThatTheRunIsReady() throws IOException {
    String settings = "on-ready = " + tells() + "\n" + steps("sleep 0.3", "true");

    CompletableFuture.allOf(running(settings), running(settings), running(settings)).join();

    assertThat(told())
        .containsExactly(
            "ready infrastructure default v1 0 led=yes step=: run v1 of default is READY");
    assertThat(warnings).noneMatch(w -> w.contains("on-ready"));
    close();
    assertThat(ran).containsExactly("infrastructure autoinit.on-ready sh");
  }

  @Test
  void theMemberWhoseStepFailedTellsItAndTheWaitersDoNot() throws IOException {
    String settings =
        "on-failure = "
            + tells()
            + "\n"
            + steps("until [ -e %s ]; do sleep 0.1; done; exit 3".formatted(go()), "true");

    List<CompletableFuture<?>> fleet = List.of(running(settings), running(settings));

    for (CompletableFuture<?> member : fleet) {
      assertThatThrownBy(member::join).hasCauseInstanceOf(StepFailedException.class);
    }
    assertThat(told()).hasSize(1);
    assertThat(told().get(0))
        .startsWith(
            "failed infrastructure default v1 70 led=yes step=migrate: Step 'migrate' failed");
  }

  @Test
  void aNodeStepThatEndsItsPhaseIsAFailure() throws IOException {
    String settings =
        "fatal-on-error = true, on-failure = " + tells() + "\n" + steps("true", "exit 4");

    assertThatThrownBy(() -> start(settings).run()).isInstanceOf(StepFailedException.class);

    assertThat(told().get(0)).startsWith("failed node default v1 70 led=yes step=warm: ");
  }

  @Test
  void aHookThatFailsIsAWarningWithoutSecrets() throws IOException {
    AutoInit start =
        start(
            "on-ready = [sh, -c, \"echo no route for of-the-process; exit 9\"]\n"
                + steps("true", "true"));

    start.run();
    start.close();

    assertThat(ran).isEmpty();
    assertThat(warnings)
        .contains(
            "The command 'sh' (autoinit.on-ready) ended with exit code 9: no route for ***; the start goes on as if it had not been run");
  }

  @Test
  void aHookThatFailsDoesNotSayThatAFailedStartGoesOn() throws IOException {
    AutoInit start = start("on-failure = [sh, -c, \"exit 9\"]\n" + steps("exit 3", "true"));

    assertThatThrownBy(start::run).isInstanceOf(StepFailedException.class);
    start.close();

    assertThat(warnings)
        .contains(
            "The command 'sh' (autoinit.on-failure) ended with exit code 9; the start ends as if it had not been run");
  }

  /** With all that is in it, passwords of stores too. */
  @Test
  void aHookHasTheEnvironmentOfTheProcess() throws IOException {
    AutoInit start =
        start(
            "on-ready = [sh, -c, \"env > %s\"]\n".formatted(directory.resolve("told"))
                + steps("true", "true"));

    start.run();
    start.close();

    List<String> names = told().stream().map(line -> line.replaceFirst("=.*", "")).toList();
    assertThat(names)
        .containsAll(
            System.getenv().keySet().stream()
                .filter(name -> name.matches("[A-Z_]+") && !name.equals("_"))
                .toList());
    assertThat(System.getenv()).isNotEmpty();
  }

  @Test
  void aHookThatIsNoListOrNoProgramIsAProblemOfTheSettings() {
    assertThatThrownBy(() -> start("on-ready = notify\non-failure = [no-such-program]"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("autoinit.on-ready: must be a list of texts")
        .hasMessageContaining("autoinit.on-failure: the command 'no-such-program' does not exist");
  }

  private String tells() {
    return TELLS.replace(">> told", ">> " + directory.resolve("told"));
  }

  private Path go() {
    return directory.resolve("go");
  }

  /** Somebody waits: the step may fail now. */
  private void release() {
    try {
      Files.writeString(go(), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String steps(String migrate, String warm) {
    return """
        steps = [
          { name = migrate, phase = infrastructure, command = [sh, -c, "%s"] }
          { name = warm, phase = node, command = [sh, -c, "%s"] }
        ]
        """
        .formatted(migrate, warm);
  }

  private List<String> told() throws IOException {
    return Files.readAllLines(directory.resolve("told"));
  }

  private CompletableFuture<?> running(String settings) throws IOException {
    AutoInit start = start(settings);
    return CompletableFuture.runAsync(start::infrastructure, work -> new Thread(work).start());
  }

  private AutoInit start(String settings) throws IOException {
    Path config = directory.resolve("autoinit.conf");
    Files.writeString(config, "autoinit {\n" + settings + "\n}\n");
    AutoInit start =
        AutoInit.builder()
            .config(config)
            .environment(
                Map.of(
                    "PATH",
                    System.getenv("PATH"),
                    "AUTOINIT_MARKER_DIR",
                    directory.resolve("store").toString(),
                    "AUTOINIT_RUN_ID",
                    "v1",
                    "DB_TOKEN",
                    "of-the-process"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .listener(
                event -> {
                  if (event instanceof InitEvent.Waiting) {
                    release();
                  }
                  if (event instanceof InitEvent.HookRan hook) {
                    ran.add(hook.phase().label() + " " + hook.setting() + " " + hook.command());
                  }
                  if (event instanceof InitEvent.Warned warned) {
                    warnings.add(warned.message());
                  }
                })
            .build();
    starts.add(start);
    return start;
  }
}
