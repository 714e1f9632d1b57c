package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole starts of the command on the built-in file backend: no server, no configuration. */
class StartIT {

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);

  @BeforeEach
  void setUp() {
    autoinit = Distribution.withArchive(directory);
  }

  @Test
  void aSecondStartSkipsWhatIsDone() throws IOException {
    steps(
        "{ name = migrate, phase = infrastructure, command = [sh, -c, \"echo once >> done\"] }",
        "{ name = unpack, phase = node, command = [sh, -c, \"echo node >> done; echo hello\"] }");

    Distribution.Ended first = autoinit.run("run", "--", "echo", "up");
    Distribution.Ended second = autoinit.run("run", "--", "echo", "up");

    assertThat(first.out()).as(first.err()).isEqualTo("up\n");
    assertThat(second.out()).as(second.err()).isEqualTo("up\n");
    assertThat(Distribution.text(directory.resolve("done"))).isEqualTo("once\nnode\n");
    assertThat(first.err())
        .contains("starts for run v1 of default: migrate", "leads: holds lock", "unpack | hello")
        .contains("migrate: done in ");
    assertThat(second.err()).contains("nothing to do").doesNotContain("migrate: starts");
  }

  @Test
  void withNoConfigurationAtAllTheCommandIsReached() {
    ProcessBuilder process = autoinit.process("run", "--", "sh", "-c", "echo $$");
    process.environment().remove("AUTOINIT_RUN_ID");

    Process started = autoinit.start(process);
    Distribution.Ended end = autoinit.end(started);

    assertThat(end.out().strip()).as(end.err()).isEqualTo(Long.toString(started.pid()));
  }

  @Test
  void runWithoutACommandEndsWithZero() {
    assertThat(autoinit.run("run").code()).isZero();
    assertThat(autoinit.run("infrastructure").code()).isZero();
    assertThat(autoinit.run("node").code()).isZero();
  }

  @Test
  void waitBecomesTheCommandOnceTheRunIsReadyAndRunsNothingItself() throws IOException {
    steps("{ name = migrate, phase = infrastructure, command = [sh, -c, \"echo once >> done\"] }");

    Distribution.Ended early = autoinit.run("wait", "--timeout", "0", "--", "echo", "up");
    assertThat(early.code()).as(early.err()).isEqualTo(75);
    assertThat(early.out()).isEmpty();
    assertThat(autoinit.markers()).doesNotExist();
    assertThat(autoinit.run("infrastructure").code()).isZero();

    Process process = autoinit.start(autoinit.process("wait", "--", "sh", "-c", "echo $$"));
    Distribution.Ended late = autoinit.end(process);
    assertThat(late.out().strip()).as(late.err()).isEqualTo(Long.toString(process.pid()));
    assertThat(autoinit.run("wait").code()).isZero();
    assertThat(Distribution.text(directory.resolve("done"))).isEqualTo("once\n");
  }

  @Test
  void aFailedStepIsToldAndEndsWith70() throws IOException {
    steps("{ name = migrate, phase = infrastructure, command = [sh, -c, \"echo why; exit 3\"] }");

    Distribution.Ended end = autoinit.run("run", "--", "echo", "up");

    assertThat(end.err()).contains("migrate | why").contains("migrate");
    assertThat(end.err().lines().reduce((a, b) -> b).orElse("")).startsWith("autoinit: ");
    assertThat(end.out()).isEmpty();
    assertThat(end.code()).isEqualTo(70);
  }

  @Test
  void aNodeStepThatFailsIsPassedOverUnlessItIsFatal() throws IOException {
    steps("{ name = warm, phase = node, command = [\"false\"] }");

    assertThat(autoinit.run("node", "--timeout", "0").code()).isEqualTo(75);
    assertThat(autoinit.run("run").code()).isZero();
    assertThat(autoinit.run("run", "--fatal-on-error").code()).isEqualTo(70);
  }

  @Test
  void jsonIsOneObjectALineOnStandardOutput() throws IOException {
    steps("{ name = migrate, phase = infrastructure, command = [echo, \"a \\\"b\\\"\"] }");

    Distribution.Ended end = autoinit.run("run", "--json");

    List<JsonObject> events =
        end.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(events)
        .extracting(event -> event.get("event").getAsString())
        .contains("phase-started", "lease-acquired", "step-output", "phase-completed")
        .endsWith("ended");
    assertThat(end.err()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--run-id a/b              | 64 | --run-id",
        "--timeout abc             | 64 | --timeout",
        "--set autoinit.run-idd=x  | 78 | autoinit.run-id",
        "--config no-such.conf     | 78 | no-such.conf",
        "--set autoinit.locks=nope | 78 | nope",
        "--timeot 3                | 64 | --timeout",
      })
  void badInputTouchesNothing(String args, int code, String named) {
    Distribution.Ended end = autoinit.run(("run " + args).split(" ", -1));

    assertThat(end.err()).startsWith("autoinit: ").contains(named).doesNotContain("\tat ");
    assertThat(end.code()).as(end.err()).isEqualTo(code);
    assertThat(autoinit.markers()).doesNotExist();
  }

  @Test
  void theSameValueFromElsewhereIsAProblemOfTheConfiguration() throws IOException {
    ProcessBuilder process = autoinit.process("run");
    process.environment().put("AUTOINIT_TIMEOUT_SEC", "abc");
    assertThat(autoinit.end(autoinit.start(process)).code()).isEqualTo(78);

    Files.writeString(directory.resolve("autoinit.conf"), "autoinit.timeout = abc");
    assertThat(autoinit.run("run").code()).isEqualTo(78);
    assertThat(autoinit.run("run", "--run-id", "a/b").code())
        .as("not all of it stands on the command line")
        .isEqualTo(78);
    assertThat(autoinit.markers()).doesNotExist();
  }

  @Test
  void whereNoMarkerCanBeLeftNothingRuns() throws IOException {
    steps("{ name = migrate, phase = infrastructure, command = [sh, -c, \"echo once >> done\"] }");
    String tooLong = directory.resolve("x".repeat(300)).toString();
    for (String command : List.of("run", "node")) {
      ProcessBuilder process = autoinit.process(command, "--timeout", "0");
      process.environment().put("AUTOINIT_MARKER_DIR", tooLong);
      Distribution.Ended end = autoinit.end(autoinit.start(process));

      assertThat(end.code()).as(end.err()).isEqualTo(78);
      assertThat(end.err().lines())
          .hasSize(1)
          .allMatch(line -> line.startsWith("autoinit: ") && line.contains(tooLong))
          .allMatch(line -> line.endsWith("File name too long (autoinit.marker-dir)"));
    }
    assertThat(directory.resolve("done")).doesNotExist();
  }

  @Test
  void readinessIsLookedAtSetAndClearedByHand() {
    assertThat(autoinit.run("ready", "check"))
        .satisfies(
            end -> assertThat(end.code()).as(end.err()).isEqualTo(75),
            end -> assertThat(end.out()).startsWith("NOT STARTED"));
    assertThat(autoinit.markers()).as("looking leaves no trace").doesNotExist();
    assertThat(autoinit.run("ready", "set").out()).startsWith("READY is set: run v1 of default\n");
    assertThat(autoinit.run("ready", "set").out()).startsWith("it was READY already: run v1");
    assertThat(autoinit.run("ready", "check", "--run-id", "v1"))
        .satisfies(
            end -> assertThat(end.code()).as(end.err()).isZero(),
            end -> assertThat(end.out()).startsWith("READY: run v1 of default\n"));
    assertThat(autoinit.run("ready", "check", "--run-id", "v2").code()).isEqualTo(75);
    assertThat(autoinit.run("ready", "check", "--json").out()).contains("\"state\":\"ready\"");
    assertThat(autoinit.run("ready", "check", "--quiet").out()).isEmpty();
    assertThat(autoinit.run("ready", "clear").code()).isEqualTo(64);
    assertThat(autoinit.run("ready", "clear", "--yes").out())
        .startsWith("readiness is cleared: run v1 of default\nbefore     READY for ");
    assertThat(autoinit.run("ready", "clear").out())
        .startsWith("there was nothing to clear: run v1");
    assertThat(autoinit.run("ready", "check").code()).isEqualTo(75);
  }

  @Test
  void theExampleConfigurationWorks() {
    Distribution.Ended end =
        autoinit.run("run", "--config", autoinit.home() + "/conf/autoinit.conf.example");

    assertThat(end.code()).as(end.err()).isZero();
    assertThat(end.err()).contains("migrate | the schema is migrated");
  }

  private void steps(String... steps) throws IOException {
    Files.writeString(
        directory.resolve("autoinit.conf"),
        "autoinit.steps = [\n" + String.join("\n", steps) + "\n]\n");
  }
}
