package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands the launcher could become. */
class LauncherTest {

  @Test
  void aCommandIsFoundInPathOrByItsPath(@TempDir Path directory) throws IOException {
    Path tool = Files.createFile(directory.resolve("tool"));
    var launcher = new Launcher(Optional.of(1L), "/nowhere:" + directory);

    assertThat(launcher.refusal(List.of("tool"))).contains("there is no command 'tool' in PATH");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    assertThat(launcher.refusal(List.of("tool", "--any", ""))).isEmpty();
    assertThat(launcher.refusal(List.of(tool.toString()))).isEmpty();
  }

  @Test
  void aNameThatTheLocaleMayGarbleIsLeftToTheShell() {
    assertThat(new Launcher(Optional.of(1L), "/nowhere").refusal(List.of("\u00fcber"))).isEmpty();
  }

  @Test
  void whatNobodyCanLookAtIsToldInWordsThatAreTrueOfBoth() {
    long gone = Long.MAX_VALUE;

    assertThat(new Launcher(Optional.of(gone), "").signalFor("SIGTERM"))
        .isEqualTo("SIGINT or SIGTERM");
    assertThat(new Launcher(Optional.of(gone), "").signalFor("SIGHUP")).isEqualTo("SIGHUP");
    assertThat(new Launcher(Optional.empty(), "").signalFor("SIGTERM")).isEqualTo("SIGTERM");
  }

  @Test
  void theFirstDashesSplitTheCommandLine() {
    assertThat(CommandLineSplit.of("run", "--", "sh", "--", "x"))
        .isEqualTo(new CommandLineSplit(List.of("run"), Optional.of(List.of("sh", "--", "x"))));
    assertThat(CommandLineSplit.of("node").command()).isEmpty();
  }
}
