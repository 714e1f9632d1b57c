package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start in the wrong directory finds no steps, and says that it says READY for all others. */
class NoStepsTest {

  private static final String WARNING =
      "There are no steps, neither configured nor in code, and run v42 of shop becomes READY for all";

  @TempDir Path temporary;

  private InProcess start(String more) throws IOException {
    Path config =
        Files.writeString(
            temporary.resolve("autoinit.conf"),
            """
            autoinit { run-id = v42, namespace = shop, marker-dir = "%s"
            %s }
            """
                .formatted(temporary.resolve("markers"), more));
    return InProcess.autoinit("infrastructure", "--config", config.toString());
  }

  @Test
  void onASharedStoreAStartWithoutStepsIsWarnedAbout() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      String shared = "backends { redis { url = \"%s\" } }".formatted(redis.url());

      InProcess none = start(shared);
      InProcess some =
          start(shared + "\nsteps = [{ name = a, phase = infrastructure, command = [\"true\"] }]");

      assertThat(none.code()).as(none.err()).isZero();
      assertThat(none.err()).contains(WARNING);
      assertThat(some.code()).as(some.err()).isZero();
      assertThat(some.err()).doesNotContain("no steps, neither");
    }
  }

  @Test
  void inADirectoryOfItsOwnItHarmsNobody() throws IOException {
    InProcess alone = start("");
    assertThat(alone.code()).as(alone.err()).isZero();
    assertThat(alone.err()).doesNotContain(WARNING);
  }

  /**
   * Whoever asks or starts in the wrong directory learns where the configuration was looked for.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "infrastructure",
        "status",
        "plan",
        "ready check",
        "runs",
        "wait --timeout 0",
        "doctor"
      })
  void withoutAnyConfigurationItIsToldWhereItWasLookedFor(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(
        List.of(
            "--set",
            "autoinit.run-id=v42",
            "--set",
            "autoinit.marker-dir=" + temporary.resolve("markers")));

    InProcess end = InProcess.autoinit(args.toArray(String[]::new));

    assertThat((end.err() + end.out()).replaceAll("\\s+", " "))
        .containsOnlyOnce(
            "there is no autoinit.conf in %s, and neither --config nor AUTOINIT_CONFIG names another file"
                .formatted(Path.of("").toAbsolutePath()));
  }
}
