package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real stores. */
class PlanCommandTest {

  private static final String STEPS =
      """
      , steps = [
        { name = seed, phase = infrastructure, command = ["true"] }
        { name = index, phase = infrastructure, after = [seed], command = ["true"] }
        { name = files, phase = node, command = ["true"] }
        { name = warm, phase = node, command = ["sh", "-c", "exit 3"] }
      ]
      """;

  @TempDir Path temporary;

  private Path configured(String backends, String steps) throws IOException {
    return Files.writeString(
        temporary.resolve(steps.isEmpty() ? "member.conf" : "autoinit.conf"),
        """
        autoinit { run-id = v42, namespace = shop, node-id = web-9, marker-dir = "%s", backends { %s }, takeover-delay = 60s, lease-ttl = 120s %s }
        """
            .formatted(markers(), backends, steps));
  }

  private Path markers() {
    return temporary.resolve("markers");
  }

  private static InProcess plan(Path config, String... more) {
    List<String> args = new ArrayList<>(List.of("plan", "--config", config.toString()));
    args.addAll(List.of(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  /** Each step with its decision and reason, in the order of the plan. */
  private static List<String> steps(Path config) {
    InProcess end = plan(config, "--json");
    assertThat(end.code()).as(end.out()).isZero();
    JsonObject plan =
        end.out()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .filter(event -> event.get("event").getAsString().equals("plan"))
            .findFirst()
            .orElseThrow();
    List<String> steps = new ArrayList<>();
    for (JsonElement element : plan.getAsJsonArray("steps")) {
      JsonObject step = element.getAsJsonObject();
      steps.add(
          "%s %s: %s"
              .formatted(
                  step.get("step").getAsString(),
                  step.get("decision").getAsString(),
                  step.get("reason").getAsString().replaceAll("/\\d+/[0-9a-f]{8}", "")));
    }
    return steps;
  }

  private interface Store {
    Map<String, String> contents() throws Exception;
  }

  @Test
  void onFilesItFollowsARunAndChangesNothing() throws Exception {
    followsARun("", () -> Contents.of(markers()));
  }

  @Test
  void onPostgresAndRedisItFollowsARunAndChangesNothing() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    try (TestRedis redis = TestRedis.start()) {
      followsARun(
          "postgres { url = \"%s\", user = %s, password = \"%s\" }, redis { url = \"%s\" }"
              .formatted(url, postgres.user(), postgres.password(), redis.url()),
          () -> {
            Map<String, String> all = new TreeMap<>(Contents.of(postgres, url));
            all.putAll(Contents.of(redis));
            all.putAll(Contents.of(markers()));
            return all;
          });
    }
  }

  @Test
  void whatAStartRefusesIsToldInItsWords() throws Exception {
    Path plain = Files.createFile(temporary.resolve("not-executable"));
    Path config =
        configured(
            "",
            """
            , on-ready = [no-such-notifier], steps = [
              { name = seed, phase = infrastructure, command = ["no-such-program"] }
              { name = files, phase = node, command = ["%s"] }
              { name = warm, phase = node, directory = /no/such/place, command = ["true"] }
            ]
            """
                .formatted(plain));
    InProcess start = InProcess.autoinit("run", "--config", config.toString());
    assertThat(start.code()).isEqualTo(78);
    List<String> refusals =
        start.err().lines().map(line -> line.substring("autoinit: ".length())).toList();
    assertThat(refusals).hasSize(4);

    InProcess plan = plan(config);

    assertThat(plan.code()).as(plan.err()).isZero();
    String words = plan.out().replaceAll("\\s+", "");
    for (String refusal : refusals) {
      assertThat(words).contains("refused" + refusal.replaceAll("\\s+", ""));
    }
    assertThat(plan.out())
        .contains("run   seed", "in short   a start here is refused with 78")
        .satisfies(out -> assertThat(out.lines()).allMatch(line -> line.length() <= 80));
    assertThat(markers()).doesNotExist();
    // Who waits or looks for the fleet is not bothered.
    assertThat(InProcess.autoinit("status", "--config", config.toString()).code()).isZero();
  }

  private void followsARun(String backends, Store store) throws Exception {
    Path config = configured(backends, STEPS);
    Path member = configured(backends, "");
    assertThat(unchanged(store, config))
        .containsExactly(
            "seed run: nothing is recorded of this run",
            "index run: nothing is recorded of this run",
            "files run: this node has no marker of this run",
            "warm run: this node has no marker of this run");
    assertThat(store.contents()).isEmpty();
    assertThat(plan(config).out()).doesNotContain("refused");

    try (Member broken = Member.start(member, "web-1")) {
      Member.until("it leads", () -> steps(config).toString().contains("runs it now"));
      assertThat(steps(config))
          .startsWith(
              "seed wait: web-1 runs it now", "index wait: web-1 is at work, and comes to it");
      assertThat(plan(config).out().replaceAll("\\s+", " "))
          .contains("in short another member is at work: a start waits for it, then runs 2 of 4");
      broken.fail("no table orders");
    }
    assertThat(unchanged(store, config))
        .startsWith(
            "seed run: it failed on web-1: Step 'seed' failed: no table orders",
            "index run: this run has not completed it");

    try (Member leader = Member.start(member, "web-2")) {
      leader.end();
    }
    assertThat(unchanged(store, config))
        .startsWith(
            "seed skip: READY by web-2",
            "index skip: READY by web-2 stands without it: it runs with the next run id, or after 'ready clear'",
            "files run: this node has no marker of this run");
    assertThat(InProcess.autoinit("node", "--config", config.toString()).code()).isZero();
    assertThat(unchanged(store, config))
        .anyMatch(step -> step.startsWith("files skip: marked by "))
        .anyMatch(step -> step.startsWith("warm run: it failed before: "));

    InProcess told = plan(config);
    assertThat(told.err()).isEmpty();
    assertThat(told.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(told.out().lines())
        .contains("infrastructure, once for the fleet", "in short   a start runs 1 of 4 steps");
  }

  private static List<String> unchanged(Store store, Path config) throws Exception {
    Map<String, String> before = store.contents();
    List<String> steps = steps(config);
    assertThat(store.contents()).isEqualTo(before);
    return steps;
  }

  /** What a plan says is what a start does. */
  @Test
  void aStartRunsWhatThePlanSays() throws Exception {
    Path config = configured("", STEPS);
    InProcess start = InProcess.autoinit("run", "--json", "--config", config.toString());
    assertThat(ran(start)).containsExactly("seed", "index", "files", "warm");
    assertThat(steps(config).stream().filter(step -> step.contains(" run: ")))
        .allMatch(step -> step.startsWith("warm "));
    assertThat(ran(InProcess.autoinit("run", "--json", "--config", config.toString())))
        .containsExactly("warm");
  }

  private static List<String> ran(InProcess end) {
    return end.out()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(event -> event.get("event").getAsString().equals("step-started"))
        .map(event -> event.get("step").getAsString())
        .distinct()
        .toList();
  }

  /** A sidecar and an operator's machine have the configuration, but not every program in it. */
  @Test
  void whoLooksOrWaitsNeedsNoProgramOfAStep() throws Exception {
    Path config =
        configured(
            "",
            """
            , on-ready = [no-such-hook], steps = [
              { name = seed, phase = infrastructure, command = [no-such-program], directory = /no/where }
            ]
            """);
    for (String look :
        new String[] {"plan", "status", "ready set", "ready check", "wait", "ready clear --yes"}) {
      List<String> args = new ArrayList<>(List.of(look.split(" ", -1)));
      args.addAll(List.of("--config", config.toString()));
      InProcess end = InProcess.autoinit(args.toArray(String[]::new));
      assertThat(end.code()).as(look + ": " + end.err()).isZero();
    }
    assertThat(InProcess.autoinit("run", "--config", config.toString()).code()).isEqualTo(78);
    assertThat(InProcess.autoinit("doctor", "--config", config.toString()).code()).isEqualTo(2);
  }

  @Test
  void aRunThatTheSignalCallsReadyNeedsNoLedger() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    try (TestRedis redis = TestRedis.start()) {
      String stores =
          "postgres { url = \"%s\", user = %s, password = \"%s\" }, redis { url = \"%s\" }"
              .formatted(url, postgres.user(), postgres.password(), redis.url());
      try (Member leader = Member.start(configured(stores, ""), "web-1")) {
        leader.end();
      }
      Path away = configured(stores.replace(url, "jdbc:postgresql://127.0.0.1:1/shop"), STEPS);

      assertThat(steps(away)).startsWith("seed skip: READY by web-1");
      assertThat(plan(away).out().replaceAll("\\s+", " "))
          .contains("lock shop/infrastructure, not known: Postgres at 127.0.0.1:1");
    }
  }

  @Test
  void aStoreThatIsAwayIs69InOneSentence() throws Exception {
    InProcess end = plan(configured("redis { url = \"redis://127.0.0.1:1\" }", STEPS));

    assertThat(end.code()).isEqualTo(69);
    assertThat(end.out()).isEmpty();
    assertThat(end.err()).hasLineCount(1).startsWith("autoinit: Redis at 127.0.0.1:1");
  }
}
