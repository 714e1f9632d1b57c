package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion script, in a real bash. */
class CompletionTest {

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "autoinit ru,run runs",
    "autoinit inf,infrastructure",
    "autoinit wai,wait",
    "autoinit pl,plan",
    "autoinit ready cl,clear",
    "autoinit unl,unlock",
    "autoinit run --probe-p,--probe-port",
    "autoinit completion z,zsh"
  })
  void bashCompletesCommandsAndOptions(String typed, String completed) throws Exception {
    assertThat(complete(typed)).isEqualTo(completed);
  }

  @Test
  void anotherShellIsAMistakeOfTheCommandLine() {
    InProcess fish = InProcess.autoinit("completion", "fish");
    assertThat(fish.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(fish.err())
        .isEqualTo(
            "autoinit: there is a completion for bash and zsh, not for fish; see 'autoinit completion --help'\n");
  }

  private String complete(String typed) throws IOException, InterruptedException {
    InProcess printed = InProcess.autoinit("completion", "bash");
    assertThat(printed.code()).as(printed.err()).isZero();
    Path script = Files.writeString(directory.resolve("autoinit.bash"), printed.out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-c",
                """
                compopt() { :; } # Only a shell that completes has it.
                source "$1"
                COMP_LINE=$2; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_POINT=${#COMP_LINE}
                _complete_autoinit
                echo "${COMPREPLY[@]}"
                """,
                "bash",
                script.toString(),
                typed)
            .redirectErrorStream(true)
            .start();
    bash.getOutputStream().close();
    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(answer).isZero();
    return answer.strip();
  }
}
