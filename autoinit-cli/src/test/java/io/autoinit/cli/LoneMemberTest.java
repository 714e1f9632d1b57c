package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says beside a member of Hazelcast that waits for the others. */
class LoneMemberTest {

  /** Most of what a member waits for an answer by its own settings, and more than a look takes. */
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir Path temporary;

  private final String cluster = "lone-" + UUID.randomUUID();
  private int port;
  private int other;

  @BeforeEach
  void findPorts() throws IOException {
    try (ServerSocket one = free();
        ServerSocket two = free()) {
      port = one.getLocalPort();
      other = two.getLocalPort();
    }
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private Map<String, String> settings(int own, int enough) {
    return Map.of(
        "mode",
        "member",
        "members",
        "127.0.0.1:%d,127.0.0.1:%d".formatted(port, other),
        "bind",
        "127.0.0.1",
        "port",
        Integer.toString(own),
        "cluster-name",
        cluster,
        "min-members",
        Integer.toString(enough),
        "connect-timeout",
        "60s",
        "command-timeout",
        "60s");
  }

  private InProcess autoinit(int enough, String... command) throws IOException {
    Path config = temporary.resolve("autoinit.conf");
    StringBuilder text =
        new StringBuilder(
            "autoinit.run-id = v42\nautoinit.node-id = web-1\nautoinit.markers = hazelcast\n");
    settings(other, enough)
        .forEach(
            (name, value) ->
                text.append("autoinit.backends.hazelcast.%s = \"%s\"\n".formatted(name, value)));
    Files.writeString(config, text);
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(List.of("--config", config.toString()));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  @Test
  void whoLooksIsToldHowManyAreMissing() throws IOException {
    try (Backend member = Stores.open("hazelcast", "web-1/7/5f3a9c01", settings(port, 2))) {
      joined(member);
      for (String command : List.of("status", "ready check", "plan", "runs", "unlock")) {
        long begun = System.nanoTime();

        InProcess end = autoinit(2, command.split(" "));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(command).isLessThan(SOON);
        assertThat(end.code()).as(command).isEqualTo(69);
        assertThat(end.out()).as(command).isEmpty();
        assertThat(end.err()).as(command).contains("1 of at least 2 is here");
      }
    }
  }

  /** Its own settings let it take a minute before it says anything. */
  @Test
  void aStartThatStaysAloneSaysSoSoonAndInItsLastWord() throws IOException {
    long begun = System.nanoTime();

    InProcess end = autoinit(2, "infrastructure", "--timeout", "8s");

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
    assertThat(end.code()).isEqualTo(69);
    assertThat(end.err().lines().filter(line -> line.contains("not there yet")).findFirst())
        .hasValueSatisfying(this::saysWhatIsMissing);
    assertThat(lastLine(end)).satisfies(this::saysWhatIsMissing);
  }

  @Test
  void aQuietStartThatStaysAloneSaysSoInTheEnd() throws IOException {
    InProcess end = autoinit(2, "infrastructure", "--quiet", "--timeout", "3s");

    assertThat(end.code()).isEqualTo(69);
    assertThat(lastLine(end)).satisfies(this::saysWhatIsMissing);
  }

  private void saysWhatIsMissing(String line) {
    assertThat(line)
        .containsPattern(
            "at least 2 (is here|are needed) \\(autoinit.backends.hazelcast.min-members")
        .contains("at 127.0.0.1:%d,127.0.0.1:%d".formatted(port, other))
        .contains("start the others, or correct these settings");
  }

  private static String lastLine(InProcess end) {
    return end.err().lines().reduce("", (before, line) -> line);
  }

  /** A single member, enough by itself, whose locks are best effort: a start warns of all that. */
  @Test
  void whoAsksHearsTheAnswerAlone() throws IOException {
    try (Backend member = Stores.open("hazelcast", "web-1/7/5f3a9c01", settings(port, 1))) {
      assertThat(
              member
                  .readiness()
                  .orElseThrow()
                  .find(new RunKey(Namespace.DEFAULT, new RunId("v42"))))
          .isEmpty();
      for (String command :
          List.of(
              "status",
              "plan",
              "runs",
              "unlock",
              "ready set",
              "ready check",
              "ready clear --yes")) {
        for (String how : List.of("", " --quiet", " --json")) {
          InProcess end = autoinit(1, (command + how).split(" "));

          assertThat(end.code()).as(command + how).isIn(0, 75);
          assertThat(end.err()).as(command + how).isEmpty();
          assertThat(end.out().lines().filter(line -> line.contains("warn")))
              .as(command + how)
              .isEmpty();
        }
      }
    }
  }

  private static void joined(Backend member) {
    assertThatThrownBy(
            () ->
                member
                    .readiness()
                    .orElseThrow()
                    .find(new RunKey(Namespace.DEFAULT, new RunId("v42"))))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("1 of at least 2 is here");
  }
}
