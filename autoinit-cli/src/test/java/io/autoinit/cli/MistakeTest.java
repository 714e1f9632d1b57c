package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake on the command line gets one sentence with the way out, and 64. */
class MistakeTest {

  @ParameterizedTest(name = "autoinit {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                 | 'autoinit' needs a command: one of infrastructure, node, run, wait, ready, status, runs, unlock, plan, doctor, completion, archive; see 'autoinit --help'",
        "rnu                | 'autoinit' has no command rnu; did you mean run? See 'autoinit --help'",
        "frobnicate         | 'autoinit' has no command frobnicate; there are infrastructure, node, run, wait, ready, status, runs, unlock, plan, doctor, completion, archive; see 'autoinit --help'",
        "run --timeot 3     | 'autoinit run' has no option --timeot; did you mean --timeout? See 'autoinit run --help'",
        "run --timeot=3     | 'autoinit run' has no option --timeot; did you mean --timeout? See 'autoinit run --help'",
        "node --xyzzy       | 'autoinit node' has no option --xyzzy; see 'autoinit node --help'",
        "infrastructure --fatal-on-error | 'autoinit infrastructure' has no option --fatal-on-error; see 'autoinit infrastructure --help'",
        "run --run-id       | --run-id needs a value; see 'autoinit run --help'",
        "run --timeout 1 --timeout 2 | --timeout is given more than once; see 'autoinit run --help'",
        "completion         | the name of a shell must follow: bash or zsh; see 'autoinit completion --help'",
        "ready xyzzy        | 'autoinit ready' has no command xyzzy; there are check, set, clear; see 'autoinit ready --help'",
        "run --timeout abc  | --timeout must be a duration such as 500ms, 2s or 5m, not 'abc'",
        "node --wait-while-progressing=maybe | --wait-while-progressing must be true or false, not 'maybe'; see 'autoinit node --help'",
        "status --json=maybe | --json must be true or false, not 'maybe'; see 'autoinit status --help'",
        "run --probe-address 127.0.0.1 | --probe-address needs a port too: set autoinit.probe-port, for example by --probe-port",
        "run sleep 1        | the command to become stands behind --, as in 'autoinit run -- sleep'; see 'autoinit run --help'",
        "wait sleep 1       | the command to become stands behind --, as in 'autoinit wait -- sleep'; see 'autoinit wait --help'",
        "wait --fatal-on-error | 'autoinit wait' has no option --fatal-on-error; see 'autoinit wait --help'",
        "wait -- no-such-cmd | there is no command 'no-such-cmd' in PATH; see 'autoinit wait --help'",
        "node x             | 'autoinit node' takes no argument x; see 'autoinit node --help'",
        "node -- true       | 'autoinit node' becomes no command, so nothing may follow --; 'autoinit run' and 'autoinit wait' do; see 'autoinit node --help'",
        "ready              | 'autoinit ready' needs a command: one of check, set, clear; see 'autoinit ready --help'",
        "ready chek         | 'autoinit ready' has no command chek; did you mean check? See 'autoinit ready --help'",
        "run --             | a command must follow behind --; without one, leave out the --; see 'autoinit run --help'",
        "run -- no-such-cmd | there is no command 'no-such-cmd' in PATH; see 'autoinit run --help'",
        "run -- /etc/passwd | there is no command '/etc/passwd' that can be executed; see 'autoinit run --help'",
        "run -- /etc        | there is no command '/etc' that can be executed; see 'autoinit run --help'",
        "run -- --run-id x  | the command '--run-id' begins with a dash: options of autoinit stand before --; see 'autoinit run --help'",
        "node --set foo     | --set takes KEY=VALUE, for example autoinit.marker-dir=/data; see 'autoinit node --help'",
      })
  void isRefusedInOneSentence(String args, String sentence) {
    InProcess end = InProcess.autoinit(args.isEmpty() ? new String[0] : args.split(" ", -1));

    assertThat(end.err()).isEqualTo("autoinit: " + sentence + System.lineSeparator());
    assertThat(end.out()).isEmpty();
    assertThat(end.code()).isEqualTo(64);
  }

  @Test
  void aFlagThatIsTakenBackWinsOverTheConfiguration(@TempDir Path temporary) throws IOException {
    Path config =
        Files.writeString(
            temporary.resolve("autoinit.conf"),
            """
            autoinit { run-id = v42, marker-dir = "%s", fatal-on-error = true
              steps = [{ name = warm, phase = node, command = ["false"] }] }
            """
                .formatted(temporary.resolve("markers")));

    assertThat(InProcess.autoinit("run", "--config", config.toString()).code()).isEqualTo(70);
    assertThat(
            InProcess.autoinit("run", "--config", config.toString(), "--fatal-on-error=false")
                .code())
        .isZero();
  }

  /** What wins is not read any more, so that a mistake in the configuration shows which one did. */
  @Test
  void waitingWhileProgressingIsTakenBackToo(@TempDir Path temporary) throws IOException {
    Path config =
        Files.writeString(
            temporary.resolve("autoinit.conf"),
            "autoinit { run-id = v42, marker-dir = \"%s\", wait-while-progressing = maybe }"
                .formatted(temporary.resolve("markers")));

    assertThat(InProcess.autoinit("run", "--config", config.toString()).code()).isEqualTo(78);
    assertThat(
            InProcess.autoinit(
                    "run", "--config", config.toString(), "--wait-while-progressing=false")
                .code())
        .isZero();
  }

  @Test
  void aCommandNeedsTheLauncher() {
    InProcess end = InProcess.autoinit(Optional.empty(), "run", "--", "true");

    assertThat(end.err()).contains("only bin/autoinit can become a command");
    assertThat(end.code()).isEqualTo(64);
  }

  @Test
  void whatFollowsTheDashesIsNotReadAsOptions() {
    InProcess end = InProcess.autoinit("run", "--help", "--", "no-such-command", "--version");

    assertThat(end.out()).contains("Usage: autoinit run");
    assertThat(end.err()).isEmpty();
    assertThat(end.code()).isZero();
  }
}
