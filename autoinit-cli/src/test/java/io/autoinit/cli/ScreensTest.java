package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The screens in {@code README.md} are what the commands print on real stores, but for what is
 * another one each time. {@code -Dautoinit.docs.write=true} writes them.
 */
class ScreensTest {

  private static final Path README = Path.of("../README.md");
  private static final String TIME = "[\\d.]+ (ms|s|min( \\d+ s)?)";
  private static final int COLUMNS = 80;
  private static final int STORY = "autoinit 12:00:00 infrastructure  ".length();

  private static final String STEPS =
      """
      steps = [
        { name = migrate, phase = infrastructure, command = [echo, "42 tables"] }
        { name = seed, phase = infrastructure, after = [migrate], command = [echo, "COPY 100000"] }
        { name = static-files, phase = node, command = ["true"] }
      ]
      """;

  @TempDir Path temporary;

  private Path configured(String backends, String steps) throws IOException {
    return Files.writeString(
        temporary.resolve(steps.isEmpty() ? "member.conf" : "autoinit.conf"),
        """
        autoinit {
          run-id = v42, namespace = shop, node-id = web-1, marker-dir = "%s"
          backends { %s }
          takeover-delay = 60s, lease-ttl = 120s, retry-delay = 10m
          %s
        }
        """
            .formatted(temporary.resolve("markers"), backends, steps));
  }

  @Test
  void theScreensOfTheReadmeAreThoseOfTheCommands() throws Exception {
    Map<String, String> screens = screens();
    String readme = Files.readString(README);
    if (Boolean.getBoolean("autoinit.docs.write")) {
      for (Map.Entry<String, String> screen : screens.entrySet()) {
        readme =
            block(screen.getKey())
                .matcher(readme)
                .replaceFirst("$1" + Matcher.quoteReplacement(screen.getValue()) + "$3");
      }
      Files.writeString(README, readme);
    }
    for (Map.Entry<String, String> screen : screens.entrySet()) {
      Matcher shown = block(screen.getKey()).matcher(readme);
      assertThat(shown.find()).as("%s has a block of %s", README, screen.getKey()).isTrue();
      assertThat(shown.group(2).lines())
          .as(screen.getKey())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
      // Names and times of another length break lines elsewhere.
      assertThat(words(shown.group(2)))
          .as("%s; write it with -Dautoinit.docs.write=true", screen.getKey())
          .isEqualTo(words(screen.getValue()));
    }
  }

  private Map<String, String> screens() throws Exception {
    Map<String, String> screens = new LinkedHashMap<>();
    try (TestPostgres postgres =
            TestPostgres.start(Map.of("fsync", "on", "full_page_writes", "on"));
        TestRedis redis = TestRedis.startEmbedded("maxmemory-policy allkeys-lru")) {
      String ledger =
          "postgres { url = \"%s\", user = %s, password = \"%s\" }"
              .formatted(postgres.jdbcUrl(), postgres.user(), postgres.password());
      Path config = configured(ledger, STEPS);
      try (Member leader = Member.start(configured(ledger, ""), "web-3")) {
        Member.until("it leads", () -> autoinit(config, "status").out().contains("COPY 100000"));
        screens.put("autoinit status", masked(autoinit(config, "status").out()));
        leader.fail("no table orders");
      }
      screens.put("autoinit plan", masked(autoinit(config, "plan").out()));
      InProcess run = autoinit(config, "run", "--run-id", "v43");
      assertThat(run.code()).as(run.err()).isZero();
      screens.put("autoinit run", inColumns(masked(run.err())));
      Path evicting = configured(ledger + ", redis { url = \"%s\" }".formatted(redis.url()), STEPS);
      screens.put("autoinit doctor --quiet", masked(autoinit(evicting, "doctor", "--quiet").out()));
    }
    return screens;
  }

  private static InProcess autoinit(Path config, String... line) {
    List<String> args = new ArrayList<>(List.of(line));
    args.addAll(List.of("--config", config.toString()));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private static Pattern block(String command) {
    return Pattern.compile(
        "(?s)(<!-- screen -->\\n```\\n\\$ " + Pattern.quote(command) + "\\n)(.*?)(```\\n)");
  }

  /** With what is another one each time replaced by an example. */
  private static String masked(String screen) {
    return screen
        .replaceAll("[\\w.-]+/\\d+/[0-9a-f]{8}", "web-3/7/5f3a9c01")
        .replaceAll(",\\s+token\\s+\\d+", ", token 17")
        .replaceAll("token \\d+", "token 17")
        .replaceAll("(?<=(in|after|for) )" + TIME + "\\b", "1.2 s")
        .replaceAll("(?<=waits )" + TIME, "10 min")
        .replaceAll(TIME + "(?=( |\n +)ago)", "1.2 s")
        .replaceAll(":\\d{5}\\b", ":6379");
  }

  /** A terminal breaks a line of the story anywhere; here it is broken between words. */
  private static String inColumns(String story) {
    return story
        .lines()
        .flatMap(
            line ->
                DoctorReport.wrapped(
                    line.substring(0, STORY), " ".repeat(STORY), line.substring(STORY))
                    .stream())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
