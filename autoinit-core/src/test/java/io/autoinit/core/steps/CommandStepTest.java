package io.autoinit.core.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Phase;
import io.autoinit.StepPolicy;
import io.autoinit.core.settings.CommandDeclaration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as steps, with real processes. */
class CommandStepTest {

  private static final Duration GRACE = Duration.ofSeconds(6);
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration LONGER_THAN_A_TEST = Duration.ofMinutes(5);

  private final Path directory;
  private final RecordingContext context = new RecordingContext();

  CommandStepTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static CommandStep step(Path directory, String script) {
    return new CommandStep(
        new CommandDeclaration(
            "seed",
            Phase.NODE,
            List.of("sh", "-c", script),
            Set.of(),
            StepPolicy.of(Phase.NODE),
            Optional.of(directory),
            Map.of("OWN", "own value"),
            "test"),
        GRACE,
        line -> line.replace("hush", "***"));
  }

  private void run(String script) throws Exception {
    step(directory, script).run(context);
  }

  @Test
  void theOutputComesLineByLineWithoutColours() throws Exception {
    run("echo one; echo two >&2; printf '50%%\\r100%%\\r\\n\\033[31mred\\033[0m\\nno end'");
    assertThat(context.lines).containsExactly("one", "two", "50%", "100%", "red", "no end");
  }

  @Test
  void theCommandKnowsItsRunAndWhereItIs() throws Exception {
    run(
        "echo $AUTOINIT_RUN_ID $AUTOINIT_NAMESPACE $AUTOINIT_STEP $AUTOINIT_ATTEMPT"
            + " $AUTOINIT_FENCING_TOKEN $OWN; pwd; cat");
    assertThat(context.lines)
        .containsExactly("r1 shop seed 2 42 own value", directory.toRealPath().toString());
  }

  @Test
  void anExitCodeIsToldWithTheLastLines() {
    assertThatThrownBy(() -> run("for i in 1 2 3 4 5 6; do echo line $i; done; exit 7"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "the command 'sh' ended with exit code 7: line 2 | line 3 | line 4 | line 5 | line 6");
    assertThatThrownBy(() -> run("exit 3"))
        .hasMessage("the command 'sh' ended with exit code 3 and wrote nothing");
  }

  @Test
  void aSecretIsTakenOutBeforeTheOutputIsCut() {
    String cutInTheSecret = "x".repeat(298);
    assertThatThrownBy(() -> run("echo " + cutInTheSecret + "hush; exit 7"))
        .hasMessage("the command 'sh' ended with exit code 7: " + cutInTheSecret + "**...");
    assertThat(context.lines).containsExactly(cutInTheSecret + "***");
  }

  @Test
  void aMebibyteInABurstIsNeitherLostNorStuck() throws Exception {
    run(
        "i=0; while [ $i -lt 16 ]; do head -c 65536 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done");
    assertThat(context.lines.stream().mapToInt(String::length).sum()).isEqualTo(1 << 20);
  }

  @Test
  void binaryGarbageIsHarmless() throws Exception {
    run("head -c 20000 /dev/urandom; echo; echo after");
    assertThat(context.lines).last().isEqualTo("after");
    assertThat(context.lines).allMatch(line -> !line.matches("(?s).*[\\x00-\\x08\\x1b].*"));
  }

  @Test
  void whatTheCommandLeavesBehindIsKilled() throws Exception {
    run("sleep 1000 & echo $! > left; exit 0");
    awaitDeath(pid("left"));
  }

  @Test
  void anInterruptEndsTheWholeGroupWithinTheGrace() throws Exception {
    Thread running = start("sleep 1000 & echo $! > a; echo $$ > b; sleep 1000");
    await(() -> size(directory.resolve("b")) > 0);
    long before = System.nanoTime();
    running.interrupt();
    running.join(DEADLINE.toMillis());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(GRACE);
    awaitDeath(pid("a"));
    awaitDeath(pid("b"));
  }

  @Test
  void aCommandMayCleanUpWhenItIsAskedToEnd() throws Exception {
    Thread running =
        start("trap 'echo bye > said; exit 1' TERM; echo $$ > b; while :; do sleep 0.05; done");
    await(() -> size(directory.resolve("b")) > 0);
    running.interrupt();
    running.join(DEADLINE.toMillis());
    assertThat(directory.resolve("said")).hasContent("bye");
  }

  @Test
  void aCommandThatDoesNotListenIsKilledWithinTheGrace() throws Exception {
    Thread running = start("trap '' TERM; echo $$ > b; while :; do sleep 1000; done");
    await(() -> size(directory.resolve("b")) > 0);
    long before = System.nanoTime();
    running.interrupt();
    running.join(DEADLINE.toMillis());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(GRACE);
    awaitDeath(pid("b"));
  }

  @Test
  void theCommandDiesWithThisJvm() throws Exception {
    Process jvm = startJvm();
    try {
      await(() -> size(directory.resolve("b")) > 0);
    } finally {
      jvm.destroyForcibly().waitFor();
    }
    awaitDeath(pid("a"));
    awaitDeath(pid("b"));
  }

  @Test
  void theCommandEndsWhenThisJvmIsStoppedForLongerThanItsLeaseIsValid() throws Exception {
    Process jvm = startJvm();
    try {
      pid("b");
      new ProcessBuilder("kill", "-STOP", Long.toString(jvm.pid())).start().waitFor();
      awaitDeath(pid("a"));
      awaitDeath(pid("b"));
      assertThat(jvm.isAlive()).isTrue();
    } finally {
      jvm.destroyForcibly().waitFor();
    }
  }

  @Test
  void aRenewedLeaseLetsTheCommandWorkOnAndLeavesNoProcessBehind() throws Exception {
    RecordingContext renewed = new RecordingContext(Duration.ofSeconds(1));
    step(
            directory,
            """
            echo $$ > b; for i in 1 2 3 4 5; do sleep 0.6; echo $i; done
            of_session() { ps -eo stat=,sess= | grep " $(ps -o sess= $$ | tr -d ' ')$"; }
            # One that has just ended is a zombie until it is waited for, a moment later.
            for i in 1 2 3 4 5 6 7 8 9 10; do
              seen=$(of_session); echo "$seen" | grep -q '^Z' || break; sleep 0.2
            done
            echo "$seen"
            """)
        .run(renewed);
    assertThat(renewed.lines).startsWith("1", "2", "3", "4", "5").hasSizeGreaterThan(6);
    assertThat(renewed.lines).noneMatch(line -> line.startsWith("Z"));
    awaitDeath(pid("b"));
  }

  @Test
  void aLeaseThatIsRenewedLateLetsTheCommandWorkOn() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    // Little is left when the supervisor is told first; it is renewed before that has passed.
    RecordingContext late =
        new RecordingContext(
            () -> asked.incrementAndGet() == 3 ? Duration.ofMillis(400) : Duration.ofMinutes(5));
    step(directory, "sleep 2; echo done").run(late);
    assertThat(late.lines).containsExactly("done");
  }

  @Test
  void theSupervisorReadsItsFiguresInEachLanguage() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat("%d".formatted(1)).isNotEqualTo("1");
      run("sleep 0.3; echo done");
    } finally {
      Locale.setDefault(before);
    }
    assertThat(context.lines).containsExactly("done");
  }

  @Test
  void anEndThatFollowsAtOnceUponOtherLinesIsHeard() throws Exception {
    for (int i = 0; i < 12; i++) {
      try (CommandProcess process = sleeper()) {
        for (int line = 0; line < 20; line++) {
          LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(4_000_000));
          process.tell("alive", LONGER_THAN_A_TEST);
        }
        assertEndsWhenAsked(process);
      }
    }
  }

  /** Between fork and exec a signal meets nobody who would end; of 100, two or three did. */
  @Test
  void anEndThatMeetsACommandInTheMiddleOfItsStartIsHeard() throws Exception {
    for (int i = 0; i < 100; i++) {
      try (CommandProcess process = sleeper()) {
        assertEndsWhenAsked(process);
      }
    }
  }

  /** Lives until it is asked to end, and is not killed for being late. */
  private CommandProcess sleeper() throws IOException {
    return CommandProcess.start(
        List.of("sleep", "1000"),
        Optional.of(directory),
        Map.of(),
        LONGER_THAN_A_TEST,
        Optional.of(LONGER_THAN_A_TEST),
        new OutputTail(line -> line, line -> {}));
  }

  private static void assertEndsWhenAsked(CommandProcess process) {
    long before = System.nanoTime();
    process.terminate(DEADLINE);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(DEADLINE);
  }

  private Process startJvm() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            CommandStepTest.class.getName(),
            directory.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The JVM that is killed, or stopped. */
  public static void main(String[] arguments) throws Exception {
    step(
            Path.of(arguments[0]),
            "sleep 1000 & echo $! > a; trap '' TERM HUP; echo $$ > b; sleep 1000")
        .run(new RecordingContext(Duration.ofSeconds(2)));
  }

  private Thread start(String script) {
    Thread thread =
        new Thread(
            () -> {
              try {
                run(script);
              } catch (Exception e) {
                assertThat(e).isInstanceOf(InterruptedException.class);
              }
            });
    thread.start();
    return thread;
  }

  private long pid(String file) throws IOException, InterruptedException {
    await(() -> size(directory.resolve(file)) > 0);
    return Long.parseLong(Files.readString(directory.resolve(file)).strip());
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  private static void awaitDeath(long pid) throws InterruptedException {
    await(() -> ProcessHandle.of(pid).isEmpty() || isZombie(pid));
  }

  /** Where nobody reaps orphans, as in a container without an init, a dead process stays listed. */
  private static boolean isZombie(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return true;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it did not happen in time").isLessThan(end);
      Thread.sleep(10);
    }
  }
}
