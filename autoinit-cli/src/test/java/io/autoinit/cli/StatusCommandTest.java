package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
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
import java.util.Optional;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real stores. */
class StatusCommandTest {

  private static final String NOBODY = "127.0.0.1:1";

  @TempDir Path temporary;

  private Path configured(String backends) throws IOException {
    return Files.writeString(
        temporary.resolve("autoinit.conf"),
        """
        autoinit { run-id = v42, namespace = shop, marker-dir = "%s", backends { %s }, takeover-delay = 60s, lease-ttl = 120s }
        """
            .formatted(markers(), backends));
  }

  private Path markers() {
    return temporary.resolve("markers");
  }

  private static String pair(String url, TestPostgres postgres, String redis) {
    return "postgres { url = \"%s\", user = %s, password = \"%s\" }, redis { url = \"%s\" }"
        .formatted(url, postgres.user(), postgres.password(), redis);
  }

  private static InProcess status(Path config, String... more) {
    List<String> args = new ArrayList<>(List.of("status", "--config", config.toString()));
    args.addAll(List.of(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private static JsonObject json(Path config) {
    InProcess end = status(config, "--json");
    assertThat(end.code()).isZero();
    List<JsonObject> objects =
        end.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(objects.stream().map(o -> o.get("event").getAsString())).endsWith("status", "ended");
    return objects.get(objects.size() - 2);
  }

  /** The store's own settings would wait for a minute, and the timeout of starts for five. */
  @Test
  void aSilentStoreIsWaitedForAsLongAsTheOptionSays() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Path config =
          configured(
              "redis { url = \"redis://127.0.0.1:%d\", connect-timeout = 60s, command-timeout = 60s }"
                  .formatted(silent.getLocalPort()));
      long begun = System.nanoTime();

      InProcess end = status(config, "--timeout", "1");

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
      assertThat(end.code()).isEqualTo(69);
      assertThat(end.err())
          .contains("'redis' has not answered for 1 s, and the time is up")
          .contains("or wait longer (--timeout, ");
    }
  }

  /** It is the story of a start that nobody wants to hear then. */
  @Test
  void whatIsAskedForIsToldAlsoQuietly() throws Exception {
    Path config = configured("");
    for (String asked : List.of("status", "plan", "ready clear", "unlock")) {
      List<String> args = new ArrayList<>(List.of(asked.split(" ", -1)));
      args.addAll(List.of("--config", config.toString()));
      InProcess aloud = InProcess.autoinit(args.toArray(String[]::new));
      args.add("--quiet");
      InProcess quiet = InProcess.autoinit(args.toArray(String[]::new));

      assertThat(quiet.out()).as(asked).isNotEmpty().isEqualTo(aloud.out());
      assertThat(quiet.code()).as(asked).isEqualTo(aloud.code());
    }
  }

  @Test
  void filesTellEveryStateOfARun() throws Exception {
    everyState(configured(""));
  }

  @Test
  void postgresAndRedisTellEveryStateOfARun() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      everyState(configured(pair(postgres.freshDatabase(), postgres, redis.url())));
    }
  }

  /** A hint names what somebody may have meant. */
  @Test
  void whatNobodyEverLedIsNoHint() throws Exception {
    try (TestRedis redis = TestRedis.start();
        Backend other = Stores.open("redis", "web-9/7/5f3a9c01", Map.of("url", redis.url()))) {
      Path config = configured("redis { url = \"%s\" }".formatted(redis.url()));
      ReadinessStore readiness = other.readiness().orElseThrow();
      RunKey run = new RunKey(new Namespace("shop"), new RunId("v41"));
      Observed<Readiness> claimed =
          readiness.claim(Claim.of(run, "web-9/7/5f3a9c01", Optional.empty())).orElseThrow();
      assertThat(status(config).out()).contains("did you mean v41, the only one recorded?");

      readiness.claim(Claim.withdrawn(claimed));

      assertThat(status(config).out()).doesNotContain("v41").contains("NOT STARTED");
    }
  }

  private void everyState(Path config) throws Exception {
    assertThat(status(config).out().lines())
        .containsExactly(
            "run        v42 of shop",
            "state      NOT STARTED: nothing is recorded of this run",
            "lock       shop/infrastructure, held by nobody");
    assertThat(json(config).get("state").getAsString()).isEqualTo("not-started");
    assertThat(markers()).doesNotExist();

    try (Member broken = Member.start(config, "web-1")) {
      Member.until("the step is told", () -> status(config).out().contains("COPY 100000"));
      InProcess running = status(config);
      assertThat(running.err()).isEmpty();
      assertThat(running.code()).isZero();
      assertThat(masked(running))
          .containsExactly(
              "run        v42 of shop",
              "state      RUNNING: step seed, attempt 1",
              "progress   COPY 100000",
              "leader     web-1/N, token N",
              "heartbeat  N ago",
              "lock       shop/infrastructure, held by web-1/N");
      JsonObject object = json(config);
      assertThat(object.get("state").getAsString()).isEqualTo("running");
      assertThat(object.get("step").getAsString()).isEqualTo("seed");
      assertThat(object.get("progress").getAsString()).isEqualTo("COPY 100000");
      assertThat(object.get("holder").getAsString()).startsWith("web-1/");
      assertThat(object.get("lockHolder")).isEqualTo(object.get("holder"));
      assertThat(object.get("ageMs").getAsLong()).isBetween(0L, 60_000L);
      broken.fail("no table orders");
    }

    assertThat(masked(status(config)))
        .startsWith("run        v42 of shop", "state      FAILED: step seed, N ago")
        .anyMatch(line -> line.matches("cause +.*no table orders.*"))
        .anyMatch(line -> line.matches("retry +is due .*"))
        .endsWith("lock       shop/infrastructure, held by nobody");
    assertThat(json(config).get("cause").getAsString()).contains("no table orders");

    try (Member leader = Member.start(config, "web-2")) {
      leader.end();
    }
    assertThat(masked(status(config)))
        .containsExactly(
            "run        v42 of shop",
            "state      READY for N",
            "by         web-2/N, token N",
            "done       seed in N",
            "lock       shop/infrastructure, held by nobody");
    JsonObject ready = json(config);
    assertThat(ready.get("state").getAsString()).isEqualTo("ready");
    assertThat(
            ready
                .getAsJsonArray("completedSteps")
                .get(0)
                .getAsJsonObject()
                .get("step")
                .getAsString())
        .isEqualTo("seed");
  }

  /** What is another one each time stands as N. */
  private static List<String> masked(InProcess end) {
    assertThat(end.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    return end.out()
        .lines()
        .map(line -> line.replaceAll("(web-\\d)/\\d+/[0-9a-f]{8}", "$1/N"))
        .map(line -> line.replaceAll("token \\d+", "token N"))
        .map(line -> line.replaceAll("\\b[0-9.]+ (ms|s|min)( \\d+ s)?(?=$| ago)", "N"))
        .toList();
  }

  @Test
  void withoutTheSignalTheLedgerTellsAndWithoutAnyStoreItEndsWith69InOneSentence()
      throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String database = postgres.freshDatabase();
    Path config = configured(pair(database, postgres, "redis://" + NOBODY));
    try (Member leader = Member.start(config, "web-1")) {
      leader.end();
    }

    InProcess told = status(config);
    assertThat(told.code()).isZero();
    assertThat(told.err()).isEmpty();
    assertThat(told.out().replaceAll("\\s+", " "))
        .contains("state READY for", "away Redis at " + NOBODY, "told from the other store");
    tellsProgramsWhatIsAway(config);

    String nowhere = "jdbc:postgresql://" + NOBODY + "/shop";
    InProcess away = status(configured(pair(nowhere, postgres, "redis://" + NOBODY)));
    assertThat(away.code()).isEqualTo(69);
    assertThat(away.out()).isEmpty();
    assertThat(away.err()).hasLineCount(1).startsWith("autoinit: ").contains("Redis", "Postgres");
  }

  private static void tellsProgramsWhatIsAway(Path config) {
    assertThat(json(config).get("away").getAsString()).startsWith("Redis at " + NOBODY);
  }

  @Test
  void lookingAtFilesChangesNothing() throws Exception {
    Path config = configured("");
    try (Member leader = Member.start(config, "web-1")) {
      leader.end();
    }
    Map<String, String> before = Contents.of(markers());

    assertThat(status(config).out()).contains("READY");
    assertThat(InProcess.autoinit("doctor", "--config", config.toString()).code()).isLessThan(2);

    assertThat(Contents.of(markers())).isEqualTo(before);
  }

  /** Its servers tell the time only to who writes, so the node that is there for it is touched. */
  @Test
  void lookingAtZooKeeperTouchesItsClockAloneAndOnlyWhereARecordHasAnAge() throws Exception {
    try (var server = new TestingServer(true)) {
      Path config =
          configured("zookeeper { connect = \"%s\" }".formatted(server.getConnectString()));
      List<String> fresh = nodes(server);
      assertThat(status(config).out()).contains("NOT STARTED");
      assertThat(InProcess.autoinit("doctor", "--config", config.toString()).code()).isLessThan(2);
      assertThat(nodes(server)).isEqualTo(fresh);

      try (Member leader = Member.start(config, "web-1")) {
        leader.end();
      }
      List<String> before = nodes(server);
      assertThat(InProcess.autoinit("doctor", "--config", config.toString()).code()).isLessThan(2);
      assertThat(nodes(server)).isEqualTo(before);
      assertThat(status(config).out()).contains("READY");
      assertThat(nodes(server).stream().filter(node -> !before.contains(node)))
          .hasSize(1)
          .allMatch(node -> node.startsWith("/autoinit/clock "));
      assertThat(nodes(server)).hasSameSizeAs(before);
    }
  }

  /** Every node with the number of the last change to it and to its children. */
  private static List<String> nodes(TestingServer server) throws Exception {
    List<String> nodes = new ArrayList<>();
    var zooKeeper = new ZooKeeper(server.getConnectString(), 10_000, event -> {});
    try {
      collect(zooKeeper, "/", nodes);
    } finally {
      zooKeeper.close();
    }
    return nodes;
  }

  private static void collect(ZooKeeper zooKeeper, String path, List<String> nodes)
      throws Exception {
    Stat stat = new Stat();
    List<String> children = zooKeeper.getChildren(path, false, stat);
    nodes.add("%s %d %d".formatted(path, stat.getMzxid(), stat.getPzxid()));
    for (String child : children) {
      collect(zooKeeper, path.equals("/") ? "/" + child : path + "/" + child, nodes);
    }
  }
}
