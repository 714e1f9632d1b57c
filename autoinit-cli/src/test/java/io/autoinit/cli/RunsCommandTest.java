package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.core.Runs;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real stores. */
class RunsCommandTest {

  private static final Namespace SHOP = new Namespace("shop");
  private static final String LEADER = "web-3/7/5f3a9c01";

  @TempDir Path temporary;

  private InProcess runs(String settings, String... more) throws IOException {
    Path file =
        Files.writeString(
            temporary.resolve("autoinit.conf"),
            "autoinit { namespace = shop, marker-dir = \"%s\", %s }"
                .formatted(temporary.resolve("markers"), settings));
    List<String> args = new ArrayList<>(List.of("runs", "--config", file.toString()));
    args.addAll(Arrays.asList(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private static RunKey run(String id) {
    return new RunKey(SHOP, new RunId(id));
  }

  private static Readiness ready(String id) {
    return new Readiness.Ready(run(id), 1, LEADER, List.of());
  }

  /** Writes, and waits until what comes after it is younger by what a store can tell. */
  private static void publish(ReadinessStore store, Readiness record) throws InterruptedException {
    assertThat(store.publish(record)).isTrue();
    Member.until(
        "it is older than the next one",
        () -> store.find(record.run()).orElseThrow().age().toMillis() >= 20);
  }

  private static String words(String out) {
    return out.replaceAll("\\s+", " ").strip();
  }

  /** As it would look if no time had passed. */
  private static List<String> timeless(String out) {
    return out.lines().map(line -> line.replaceAll("\\d+(\\.\\d)? m?s\\b", "NOW")).toList();
  }

  @Test
  void what_signal_and_ledger_know_is_listed_the_last_written_first() throws Exception {
    TestRedis redis = TestRedis.start();
    try (TestPostgres postgres = TestPostgres.start(Map.of())) {
      String url = postgres.freshDatabase();
      try (Backend ledger =
              Stores.open(
                  "postgres",
                  "test",
                  Map.of("url", url, "user", postgres.user(), "password", postgres.password()));
          Backend signal = Stores.open("redis", "test", Map.of("url", redis.url()))) {
        ReadinessStore recorded = ledger.readiness().orElseThrow();
        ReadinessStore told = signal.readiness().orElseThrow();
        publish(recorded, ready("v40"));
        publish(recorded, ready("v41"));
        publish(told, ready("v41"));
        publish(
            told,
            new Readiness.Failed(
                run("v42"), 2, LEADER, List.of(), "seed", "deadlock", Duration.ofSeconds(5)));
        publish(
            told,
            new Readiness.Running(
                run("v43"), 3, LEADER, List.of(), Optional.of("seed"), 1, Optional.empty()));
        publish(
            told,
            new Readiness.Ready(
                new RunKey(new Namespace("shop-2"), new RunId("v99")), 1, LEADER, List.of()));
      }
      String backends =
          "backends { redis { url = \"%s\" }, postgres { url = \"%s\", user = %s, password = \"%s\" } }"
              .formatted(redis.url(), url, postgres.user(), postgres.password());

      InProcess end = runs(backends, "--set", "autoinit.environment=production");

      assertThat(end.err()).isEmpty();
      assertThat(end.code()).isZero();
      assertThat(timeless(end.out()))
          .containsExactly(
              "RUNNING    v43: step seed, heartbeat NOW ago, " + LEADER,
              "FAILED     v42: step seed, NOW ago, " + LEADER,
              "READY      v41: for NOW, " + LEADER,
              "READY      v40: for NOW, " + LEADER);

      redis.close();
      InProcess without = runs(backends);
      assertThat(without.code()).isZero();
      assertThat(without.err()).as("told once, in the answer").isEmpty();
      assertThat(timeless(without.out()))
          .startsWith("READY      v41: for NOW, " + LEADER, "READY      v40: for NOW, " + LEADER);
      assertThat(words(without.out()))
          .containsOnlyOnce("away Redis at ")
          .endsWith("; told from the other store");
      assertThat(runs(backends, "--json").out())
          .containsOnlyOnce("\"event\":\"away\",\"reason\":\"Redis at ");
      assertThat(end.out()).doesNotContain("away");
      postgres.stop();
      InProcess none = runs(backends);
      assertThat(none.code()).isEqualTo(69);
      assertThat(none.err()).hasLineCount(1).contains("Redis at ", "Postgres at ");
    } finally {
      redis.close();
    }
  }

  @Test
  void a_leader_that_fell_silent_is_told_as_such() {
    Readiness running =
        new Readiness.Running(
            run("v43"), 3, LEADER, List.of(), Optional.empty(), 1, Optional.empty());

    RunLine line =
        RunLine.of(new Runs.Known(new Observed<>(running, Duration.ofMinutes(3), "1"), true));

    assertThat(line.lines())
        .containsExactly("RUNNING    v43: between two steps, silent for 3 min, " + LEADER);
    assertThat(line.fields()).containsEntry("silent", true).containsEntry("state", "running");
  }

  @Test
  void the_last_20_are_told_and_all_if_asked_for() throws IOException {
    try (Backend files =
        Stores.open(
            "file", "test", Map.of("marker-dir", temporary.resolve("markers").toString()))) {
      for (int i = 0; i < 25; i++) {
        files
            .readiness()
            .orElseThrow()
            .publish(ready("v%02d-%s".formatted(i, "long".repeat(i == 0 ? 30 : 1))));
      }
    }
    InProcess some = runs("");
    assertThat(some.out().lines())
        .hasSizeLessThanOrEqualTo(23)
        .endsWith("and 5 older: autoinit runs --all");
    assertThat(some.code()).isZero();

    InProcess all = runs("", "--all");
    assertThat(all.out().lines().filter(line -> line.startsWith("READY"))).hasSize(25);
    assertThat(all.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(all.out()).doesNotContain("older");

    List<JsonObject> events =
        runs("", "--json")
            .out()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertThat(events).hasSize(26);
    assertThat(events.get(0).keySet())
        .containsExactly(
            "time", "event", "state", "namespace", "runId", "holder", "token", "ageMs", "silent");
    assertThat(events.get(25).get("event").getAsString()).isEqualTo("ended");
    assertThat(runs("", "--quiet").out())
        .as("what is asked for is told also in a few words")
        .contains("READY", "and 5 older");
  }

  @Test
  void an_application_without_runs_is_told_by_its_name_and_nothing_is_made() throws IOException {
    InProcess end = runs("");

    assertThat(end.out().strip()).isEqualTo("nothing is recorded of any run of shop");
    assertThat(end.code()).isZero();
    assertThat(temporary.resolve("markers")).doesNotExist();
  }
}
