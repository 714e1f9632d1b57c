package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real stores. */
class WaitCommandTest {

  @TempDir Path temporary;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endWaiters() {
    threads.shutdownNow();
  }

  private Path configured(String backends) throws IOException {
    return Files.writeString(
        temporary.resolve("autoinit.conf"),
        """
        autoinit { run-id = v42, namespace = shop, marker-dir = "%s", backends { %s } }
        """
            .formatted(markers(), backends));
  }

  private Path markers() {
    return temporary.resolve("markers");
  }

  private static String postgres(TestPostgres postgres, String url) {
    return "postgres { url = \"%s\", user = %s, password = \"%s\" }"
        .formatted(url, postgres.user(), postgres.password());
  }

  private static String redis(TestRedis redis) {
    return "redis { url = \"%s\" }".formatted(redis.url());
  }

  private static InProcess await(Path config, String... more) {
    List<String> args = new ArrayList<>(List.of("wait", "--config", config.toString()));
    args.addAll(List.of(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private Future<InProcess> begin(Path config) {
    return threads.submit(() -> await(config, "--timeout", "60"));
  }

  private static InProcess end(Future<InProcess> waiter) throws Exception {
    return waiter.get(90, TimeUnit.SECONDS);
  }

  @Test
  void onFilesItWaitsForTheLeaderAndChangesNothing() throws Exception {
    waitsAndChangesNothing(configured(""), () -> Contents.of(markers()));
  }

  @Test
  void onPostgresAndRedisItWaitsForTheLeaderAndChangesNothing() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    try (TestRedis redis = TestRedis.start()) {
      waitsAndChangesNothing(
          configured(postgres(postgres, url) + ", " + redis(redis)),
          () -> {
            Map<String, String> all = new TreeMap<>(Contents.of(postgres, url));
            all.putAll(Contents.of(redis));
            return all;
          });
    }
  }

  @Test
  void onPostgresAloneItWaitsForTheLeaderAndChangesNothing() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    waitsAndChangesNothing(configured(postgres(postgres, url)), () -> Contents.of(postgres, url));
  }

  private interface Store {
    Map<String, String> contents() throws Exception;
  }

  private void waitsAndChangesNothing(Path config, Store store) throws Exception {
    InProcess early = await(config, "--timeout", "1");
    assertThat(early.code()).isEqualTo(75);
    assertThat(early.err())
        .contains("autoinit: Run v42 of shop was not READY within 1 s: nobody leads this run yet");
    assertThat(store.contents()).as("of a run that nobody started").isEmpty();

    try (Member leader = Member.start(config, "web-1")) {
      Future<InProcess> waiter = begin(config);
      Member.until("the leader leads", () -> isRunning(config));
      InProcess once = await(config, "--timeout", "0");
      assertThat(once.code()).isEqualTo(75);
      assertThat(once.err()).contains("web-1/", "leads and runs step 'seed'");
      leader.end();
      InProcess end = end(waiter);
      assertThat(end.code()).as(end.err()).isZero();
      assertThat(end.out()).isEmpty();
      assertThat(end.err())
          .contains("run v42 of shop is READY")
          .doesNotContain("leads: holds", "candidate");
    }
    Map<String, String> ready = store.contents();
    assertThat(ready).isNotEmpty();
    assertThat(await(config).code()).isZero();
    assertThat(await(config, "--json").out())
        .contains("\"event\":\"phase-skipped\"", "\"code\":0", "\"message\":\"done\"");
    assertThat(store.contents()).isEqualTo(ready);
  }

  private static boolean isRunning(Path config) {
    return InProcess.autoinit("status", "--config", config.toString())
        .out()
        .contains("RUNNING: step seed");
  }

  @Test
  void ofARunThatNobodyKnowsTheRunsThatThereAreAreNamed() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      Path config = configured(postgres(postgres, postgres.freshDatabase()) + ", " + redis(redis));
      InProcess alone = await(config, "--timeout", "0");
      assertThat(alone.err()).contains("nobody leads this run yet\n");
      for (String run : List.of("v41", "v42")) {
        InProcess.autoinit("ready", "set", "--run-id", run, "--config", config.toString());
      }

      InProcess mistyped = await(config, "--timeout", "1", "--run-id", "v24");

      String hint = "nobody leads this run yet; did you mean v42? recorded are v42, v41";
      assertThat(mistyped.code()).isEqualTo(75);
      assertThat(mistyped.err())
          .contains(" at most: " + hint)
          .contains("autoinit: Run v24 of shop was not READY within 1 s: " + hint);
      InProcess checked =
          InProcess.autoinit("ready", "check", "--run-id", "v24", "--config", config.toString());
      assertThat(checked.code()).isEqualTo(75);
      assertThat(checked.out()).contains("runs     did you mean v42? recorded are v42, v41\n");
    }
  }

  @Test
  void aLeaderThatFailsEndsItWith70AndItsMessage() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      Path config = configured(postgres(postgres, postgres.freshDatabase()) + ", " + redis(redis));
      try (Member leader = Member.start(config, "web-1")) {
        Member.until("the leader leads", () -> isRunning(config));
        Future<InProcess> waiter = begin(config);
        Future<InProcess> told =
            threads.submit(() -> await(config, "--timeout", "60", "--json", "--run-id", "v42"));
        Member.until(
            "both wait beside the leader",
            () -> Contents.watchers(redis, "autoinit:ready:shop:v42") == 3);
        leader.fail("no table orders");

        InProcess end = end(waiter);
        assertThat(end.code()).as(end.err()).isEqualTo(70);
        assertThat(end.err().lines().reduce((a, b) -> b).orElseThrow())
            .startsWith("autoinit: web-1/")
            .endsWith("led this run and ended it: Step 'seed' failed: no table orders");
        assertThat(end(told).out()).contains("\"event\":\"ended\",\"code\":70");
      }
      // What failed before it came is no news: another member tries again.
      assertThat(await(config, "--timeout", "0").code()).isEqualTo(75);
    }
  }

  /** The turns that they take are 18 ms apart, and no waiter takes one before its last has come. */
  @Test
  void manyThatWaitForNobodyKeepToTheirTurnsAtPostgres() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    Path config = configured(postgres(postgres, url));
    // Another run, which made the tables.
    assertThat(
            InProcess.autoinit("ready", "set", "--run-id", "v41", "--config", config.toString())
                .code())
        .isZero();
    List<Future<InProcess>> waiters = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      waiters.add(threads.submit(() -> await(config, "--timeout", "10")));
    }
    double furthest = 0;
    while (waiters.stream().anyMatch(waiter -> !waiter.isDone())) {
      furthest = Math.max(furthest, secondsOfTurnsGiven(postgres, url));
      TimeUnit.MILLISECONDS.sleep(200);
    }

    for (Future<InProcess> waiter : waiters) {
      assertThat(end(waiter).code()).isEqualTo(75);
    }
    assertThat(furthest).as("how far ahead turns are given, in s").isBetween(0.5, 4.0);
  }

  private static double secondsOfTurnsGiven(TestPostgres postgres, String url) throws SQLException {
    try (Connection connection = postgres.connect(url);
        Statement statement = connection.createStatement();
        ResultSet ahead =
            statement.executeQuery(
                "SELECT extract(epoch FROM next_slot - clock_timestamp()) FROM autoinit.slots")) {
      return ahead.next() ? ahead.getDouble(1) : 0;
    }
  }

  @Test
  void aStoreThatIsAwayIsWaitedForAndToldOnce() throws Exception {
    try (TestRedis redis = TestRedis.start()) {
      Path config = configured(redis(redis));
      redis.stop();
      InProcess tooEarly = await(config, "--timeout", "2");
      assertThat(tooEarly.code()).isEqualTo(69);
      assertThat(tooEarly.err().lines().filter(line -> line.contains("in trouble"))).hasSize(1);

      Future<InProcess> waiter = begin(config);
      redis.restart();
      try (Member leader = Member.start(config, "web-1")) {
        leader.end();
      }

      InProcess end = end(waiter);
      assertThat(end.code()).as(end.err()).isZero();
      assertThat(end.err().lines().filter(line -> line.contains("in trouble")).count())
          .isLessThanOrEqualTo(1);
    }
  }
}
