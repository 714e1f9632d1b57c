package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {

  private static final int MORE_THAN_A_PIPE_HOLDS = 200_000;

  @TempDir private Path home = Path.of("");

  private Container container() {
    return new Container(home, Map.of("AUTOINIT_RUN_ID", "v42"));
  }

  private Container.Answer sh(String script) throws InterruptedException {
    return container().run(List.of("sh", "-c", script));
  }

  @Test
  void aCommandAnswersWithItsCodeAndWithWhatItSaid() throws Exception {
    assertThat(sh("echo $AUTOINIT_RUN_ID; echo wrong >&2; exit 3"))
        .isEqualTo(new Container.Answer(3, "v42\n", "wrong\n"));
  }

  @Test
  void itRunsAtHomeAndHasNothingToRead() throws Exception {
    assertThat(sh("pwd -P; cat").out()).isEqualTo(home.toRealPath() + "\n");
  }

  @Test
  void whoSaysMuchOnBothStreamsIsHeardToTheEnd() throws Exception {
    Container.Answer answer =
        sh("head -c %1$d /dev/zero >&2; head -c %1$d /dev/zero".formatted(MORE_THAN_A_PIPE_HOLDS));
    assertThat(answer.out()).hasSize(MORE_THAN_A_PIPE_HOLDS);
    assertThat(answer.err()).hasSize(MORE_THAN_A_PIPE_HOLDS);
  }

  @Test
  void aCommandThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> container().run(List.of("no-such-command")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("no-such-command does not start");
  }
}
