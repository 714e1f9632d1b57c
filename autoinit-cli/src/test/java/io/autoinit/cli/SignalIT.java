package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What ends a start from outside stops its step, releases the lock and is told by the exit code.
 */
class SignalIT {

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);
  private Path step = directory;

  @BeforeEach
  void setUp() throws IOException {
    autoinit = Distribution.withArchive(directory);
    step = directory.resolve("step");
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit.steps = [{
          name = slow, phase = infrastructure
          command = [sh, -c, "[ -e quick ] || { echo $$ > step; exec sleep 600; }"]
        }]
        """);
  }

  @ParameterizedTest(name = "SIG{1} to autoinit {0} ends it with {2}")
  @CsvSource({
    "run -- echo up, TERM, 143",
    "run -- echo up, INT, 130",
    "run -- echo up, HUP, 129",
    "infrastructure, TERM, 143",
    "infrastructure, INT, 130",
  })
  void aSignalStopsThePhases(String args, String signal, int code) throws Exception {
    Process process = autoinit.start(autoinit.process(args.split(" ", -1)));
    ProcessHandle sleeper = autoinit.processIn(step, process);

    send(signal, process.pid());

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(code);
    assertThat(end.out()).isEmpty();
    assertThat(end.err().lines().filter(line -> line.contains("SIG")))
        .containsExactly("autoinit: SIG" + signal + ": stopping the phases, releasing the lock");
    assertThat(sleeper.isAlive()).isFalse();
    theNextStartGoesOnAtOnce();
  }

  @ParameterizedTest(name = "another SIG{1} to autoinit {0}")
  @CsvSource({"run -- echo up, INT, 130", "infrastructure, TERM, 143"})
  void anotherSignalIsToldOnceWhatItDoes(String args, String signal, int code) throws Exception {
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit { cancel-grace = 40s, takeover-delay = 90s, lease-ttl = 100s, steps = [{
          name = deaf, phase = infrastructure
          command = [sh, -c, "trap '' TERM; echo $$ > step; while :; do sleep 1; done"]
        }] }
        """);
    Process process = autoinit.start(autoinit.process(args.split(" ", -1)));
    ProcessHandle deaf = autoinit.processIn(step, process);

    send(signal, process.pid());
    autoinit.until(process, "it stops", () -> err().contains("stopping the phases"));
    send(signal, process.pid());
    autoinit.until(process, "that is told", () -> err().contains("already"));
    send(signal, process.pid());
    deaf.destroyForcibly();

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(code);
    assertThat(end.err().lines().filter(line -> line.contains("already")))
        .containsExactly(
            "autoinit: it is stopping already, for 30 s at most; another signal changes nothing");
  }

  private String err() {
    return Distribution.text(directory.resolve("err"));
  }

  /** As systemd does, which signals the whole group. */
  @Test
  void aSignalToLauncherAndJvmAlikeIsToldOnceAndByItsName() throws Exception {
    Process process = autoinit.start(autoinit.process("run", "--", "echo", "up"));
    autoinit.processIn(step, process);
    ProcessHandle jvm = process.toHandle().children().findFirst().orElseThrow();

    send("TERM", jvm.pid());
    send("TERM", process.pid());

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(143);
    assertThat(end.err().lines().filter(line -> line.contains("SIG")))
        .containsExactly("autoinit: SIGTERM: stopping the phases, releasing the lock");
  }

  @Test
  void programsAreToldTheCodeOfTheSignalThatCame() throws Exception {
    Process process = autoinit.start(autoinit.process("run", "--json", "--", "echo", "up"));
    autoinit.processIn(step, process);

    send("INT", process.pid());

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(130);
    assertThat(end.out()).containsPattern("\"event\":\"ended\",\"code\":130,");
  }

  @Test
  void theJvmEndsCleanlyWhenItsLauncherIsKilled() throws Exception {
    Process process = autoinit.start(autoinit.process("run", "--", "echo", "up"));
    ProcessHandle sleeper = autoinit.processIn(step, process);
    ProcessHandle jvm = process.toHandle().children().findFirst().orElseThrow();

    process.destroyForcibly().waitFor();

    autoinit.until("the JVM ends", () -> !jvm.isAlive());
    assertThat(sleeper.isAlive()).isFalse();
    theNextStartGoesOnAtOnce();
  }

  @Test
  void aJvmThatWasKilledIsToldByTheExitCode() {
    Process process = autoinit.start(autoinit.process("run", "--", "echo", "up"));
    ProcessHandle sleeper = autoinit.processIn(step, process);

    process.toHandle().children().forEach(ProcessHandle::destroyForcibly);

    Distribution.Ended end = autoinit.end(process);
    sleeper.destroyForcibly();
    assertThat(end.code()).as(end.err()).isEqualTo(137);
    assertThat(end.out()).isEmpty();
  }

  /** The lock is free and the record says so: no wait for a time to live. */
  private void theNextStartGoesOnAtOnce() throws IOException {
    Files.createFile(directory.resolve("quick"));
    Distribution.Ended next = autoinit.run("run", "--timeout", "0");
    assertThat(next.code()).as(next.err()).isZero();
  }

  private static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-s", signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }
}
