package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.core.RunStatus;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What status says of nodes, and of other runs where there is no such run. */
class StatusNodesTest {

  private static final Namespace SHOP = new Namespace("shop");
  private static final RunId V42 = new RunId("v42");

  @TempDir Path temporary;

  private InProcess status(String settings, String run, String... more) throws IOException {
    Path file =
        Files.writeString(
            temporary.resolve("autoinit.conf"),
            "autoinit { namespace = shop, marker-dir = \"%s\", %s }"
                .formatted(temporary.resolve("markers"), settings));
    List<String> args =
        new ArrayList<>(List.of("status", "--config", file.toString(), "--run-id", run));
    args.addAll(List.of(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private static Marker marker(String node, String... failures) {
    Map<String, StepOutcome> steps = new LinkedHashMap<>();
    steps.put("assets", new StepOutcome(Duration.ofMillis(1500), Optional.empty()));
    for (String failure : failures) {
      steps.put(failure, new StepOutcome(Duration.ofMillis(700), Optional.of("no route")));
    }
    return new Marker(new MarkerKey(SHOP, new NodeId(node), V42), node + "/1/a", steps);
  }

  private static List<String> nodes(List<Marker> markers) {
    RunStatus status =
        new RunStatus(
            new RunKey(SHOP, V42),
            Optional.empty(),
            Optional.empty(),
            false,
            Duration.ofSeconds(4),
            new RunStatus.HeldLock(
                LockName.infrastructure(SHOP), Optional.empty(), Optional.empty()),
            new RunStatus.Nodes(markers, Optional.empty()),
            List.of());
    return StatusReport.of(status).lines().stream()
        .skip(2)
        .takeWhile(line -> !line.startsWith("lock"))
        .toList();
  }

  @Test
  void one_line_tells_a_node_and_those_with_a_failure_come_first() {
    assertThat(nodes(List.of(marker("web-2"), marker("web-3", "warm", "probe"), marker("web-1"))))
        .containsExactly(
            "node       web-3, 3 steps in 2.9 s; failed: warm, probe",
            "node       web-1, 1 step in 1.5 s",
            "node       web-2, 1 step in 1.5 s");
  }

  @Test
  void a_fleet_fits_on_a_screen() {
    List<Marker> fleet =
        IntStream.range(0, 22).mapToObj(i -> marker("web-%02d".formatted(i))).toList();
    assertThat(nodes(fleet))
        .hasSize(11)
        .startsWith("node       web-00, 1 step in 1.5 s")
        .endsWith("           and 12 more");

    List<Marker> broken =
        IntStream.range(0, 12).mapToObj(i -> marker("web-%02d".formatted(i), "warm")).toList();
    assertThat(nodes(broken)).endsWith("           and 2 more, 2 with a failure");
  }

  @Test
  void the_nodes_of_a_run_are_told_from_redis_and_from_postgres() throws IOException {
    try (TestRedis redis = TestRedis.start();
        TestPostgres postgres = TestPostgres.start(Map.of())) {
      String url = postgres.freshDatabase();
      Map<String, String> database =
          Map.of("url", url, "user", postgres.user(), "password", postgres.password());
      String backends =
          "backends { redis { url = \"%s\" }, postgres { url = \"%s\", user = %s, password = \"%s\" } }, markers = "
              .formatted(redis.url(), url, postgres.user(), postgres.password());
      for (Backend backend :
          List.of(
              Stores.open("redis", "test", Map.of("url", redis.url())),
              Stores.open("postgres", "test", database))) {
        backend.markers().orElseThrow().put(marker("web-1"));
        backend.markers().orElseThrow().put(marker("web-2", "warm"));
        backend.close();
      }
      for (String markers : List.of("redis", "postgres")) {
        InProcess end = status(backends + markers, "v42");
        assertThat(end.code()).isZero();
        assertThat(end.out().lines())
            .containsSubsequence(
                "node       web-2, 2 steps in 2.2 s; failed: warm",
                "node       web-1, 1 step in 1.5 s");
        assertThat(status(backends + markers, "v41").out()).doesNotContain("node ");
      }
      JsonObject told = json(status(backends + "redis", "v42", "--json"));
      assertThat(told.getAsJsonArray("nodes")).hasSize(2);
      assertThat(told.getAsJsonArray("nodes").toString())
          .contains(
              "{\"node\":\"web-2\",\"holder\":\"web-2/1/a\",\"steps\":[{\"step\":\"assets\",\"tookMs\":1500},"
                  + "{\"step\":\"warm\",\"tookMs\":700,\"failure\":\"no route\"}]}");
    }
  }

  @Test
  void a_store_of_markers_that_is_away_is_told_and_hides_nothing_else() throws IOException {
    InProcess end =
        status(
            "backends.redis { url = \"redis://127.0.0.1:1\", connect-timeout = 1s },"
                + " locks = file, readiness = file, markers = redis",
            "v42");

    assertThat(end.code()).isZero();
    assertThat(end.out())
        .contains("nodes      not known: Redis at 127.0.0.1:1")
        .contains("lock       shop/infrastructure, held by nobody");
  }

  @Test
  void where_there_is_no_such_run_the_nearest_and_the_last_ones_are_told() throws Exception {
    try (Backend files =
        Stores.open(
            "file", "test", Map.of("marker-dir", temporary.resolve("markers").toString()))) {
      assertThat(status("", "v1.42-a").out()).doesNotContain("runs ");
      for (String run : List.of("v1.38", "v1.39", "v1.40", "v1.41", "v1.42-b")) {
        var record = new Readiness.Ready(new RunKey(SHOP, new RunId(run)), 1, "web-1", List.of());
        var readiness = files.readiness().orElseThrow();
        readiness.publish(record);
        Member.until(
            "it is older than the next one",
            () -> readiness.find(record.run()).orElseThrow().age().toMillis() >= 20);
      }
    }
    InProcess end = status("", "v1.42-a");

    assertThat(end.code()).isZero();
    assertThat(end.out().lines())
        .containsSubsequence(
            "state      NOT STARTED: nothing is recorded of this run",
            "runs       did you mean v1.42-b? recorded are v1.42-b, v1.41, v1.40 and 2 older:",
            "           autoinit runs");
    assertThat(status("", "v1.42-b").out()).doesNotContain("runs ");
    JsonObject told = json(status("", "v1.42-a", "--json"));
    assertThat(told.get("nearestRun").getAsString()).isEqualTo("v1.42-b");
    assertThat(told.getAsJsonArray("otherRuns")).hasSize(5);
  }

  private static JsonObject json(InProcess end) {
    return end.out()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(event -> event.get("event").getAsString().equals("status"))
        .findFirst()
        .orElseThrow();
  }
}
