package io.autoinit.core.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that hears of the end and hangs. */
class HookCommandTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void aHookThatHangsIsKilledWithAllItsProcesses() throws IOException, InterruptedException {
    Path child = directory.resolve("child");
    HookCommand hook =
        new HookCommand(
            List.of(
                "sh",
                "-c",
                "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $! $$ > "
                    + child
                    + "; while :; do sleep 1; done"),
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            text -> text);

    assertThat(hook.run(Map.of())).contains("took longer than 3 s and was ended");

    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    for (String pid : Files.readString(child).strip().split(" ", -1)) {
      while (ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent()) {
        assertThat(System.nanoTime()).as("%s is killed", pid).isLessThan(end);
        Thread.sleep(20);
      }
    }
  }

  @Test
  void anInterruptEndsTheHookAndIsKept() {
    HookCommand hook =
        new HookCommand(
            List.of("sleep", "1000"), Duration.ofDays(1), Duration.ofMillis(500), text -> text);
    Thread.currentThread().interrupt();

    assertThat(hook.run(Map.of())).contains("was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
