package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours lie over the words that say how it stands, and change nothing else. */
class ColoursTest {

  private static final Pattern PAINTED = Pattern.compile("\u001b\\[(\\d+)m(.*?)\u001b\\[0m");

  @ParameterizedTest
  @ValueSource(strings = {"status.txt", "plan.txt", "doctor-warnings.txt"})
  void withoutThemALineIsTheSame(String screen) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/test/resources/io/autoinit/cli", screen));
    Set<String> words = new TreeSet<>();
    for (String line : lines) {
      String painted = Colours.painted(line);
      Matcher found = PAINTED.matcher(painted);
      assertThat(found.replaceAll("$2")).isEqualTo(line);
      found.reset();
      while (found.find()) {
        words.add(found.group(1) + " " + found.group(2));
      }
    }

    assertThat(words)
        .isEqualTo(
            switch (screen) {
              case "status.txt" -> Set.of("33 RUNNING", "31 FAILED", "32 READY", "33 NOT STARTED");
              case "plan.txt" ->
                  Set.of(
                      "33 RUNNING", "31 FAILED", "32 READY", "33 NOT STARTED", "33 run", "33 wait");
              default -> Set.of("33 warning");
            });
  }

  @Test
  void wordsElsewhereAreNoStates() {
    assertThat(Colours.painted("progress   READY: step")).isEqualTo("progress   READY: step");
    assertThat(Colours.painted("run        v42 of shop")).doesNotContain("\u001b");
    assertThat(Colours.painted("           FAILED: so")).doesNotContain("\u001b");
  }

  @Test
  void onlyATerminalThatWantsThemHasThem() {
    assertThat(Console.wantsColours(Map.of())).isTrue();
    assertThat(Console.wantsColours(Map.of("NO_COLOR", ""))).isTrue();
    assertThat(Console.wantsColours(Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(answered(true, true)).contains("\u001b[32mREADY\u001b[0m for");
    assertThat(answered(true, false)).doesNotContain("\u001b");
    assertThat(answered(false, true)).doesNotContain("\u001b");
  }

  private static String answered(boolean screen, boolean wanted) {
    var out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    new Console(stream, stream, InProcess.NOON, Optional.empty(), screen, wanted, Optional.empty())
        .answer(List.of("state      READY for 2 h\u001b[31m"));
    return out.toString(StandardCharsets.UTF_8).replace("?[31m", "");
  }

  @Test
  void theStoryHasThemForItsEndAndForTrouble() {
    for (InitEvent event : StoryTest.ALL) {
      String painted = Colours.painted(event, "text");
      assertThat(PAINTED.matcher(painted).replaceAll("$2")).isEqualTo("text");
      assertThat(painted.contains("\u001b"))
          .as(event.toString())
          .isEqualTo(
              event.getClass().getSimpleName().matches(".*(Failed|Lost|Stuck|Warned|Troubled)")
                  || event instanceof InitEvent.PhaseCompleted
                  || event instanceof InitEvent.PhaseSkipped);
    }
  }
}
