package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.backend.redis.RedisBackendProvider;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stores are asked while a fleet waits and a person watches. */
class WatchersTest {

  private static final int WAITERS = 30;
  private static final int WATCHERS = WAITERS + 1;
  private static final double MOST_EACH = 2;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  @TempDir Path temporary;

  private Path configured(TestPostgres postgres, String url, String more) throws IOException {
    return Files.writeString(
        temporary.resolve("autoinit.conf"),
        """
        autoinit {
          run-id = v42
          marker-dir = "%s"
          backends { postgres { url = "%s", user = %s, password = "%s" }%s }
        }
        """
            .formatted(
                temporary.resolve("markers"), url, postgres.user(), postgres.password(), more));
  }

  @Test
  void postgresAndRedisServeNoMoreThanTwoQueriesASecondForEachWatcher() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      String url = postgres.freshDatabase();
      Path config = configured(postgres, url, ", redis { url = \"%s\" }".formatted(redis.url()));
      Served served = served(config, () -> transactions(postgres, url), () -> commands(redis));
      served.print("Postgres and Redis");
      assertThat(served.each()).isLessThanOrEqualTo(MOST_EACH);
      // Hints tell of every change, so that hardly anybody asks.
      assertThat(served.each()).isLessThan(1);
    }
  }

  @Test
  void postgresAloneServesNoMoreThanTwoQueriesASecondForEachWatcher() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    String url = postgres.freshDatabase();
    Served served = served(configured(postgres, url, ""), () -> transactions(postgres, url));
    served.print("Postgres alone");
    assertThat(served.each()).isLessThanOrEqualTo(MOST_EACH);
    assertThat(served.each()).isPositive();
  }

  /** A watcher by itself, with so many nodes that one question for each would show. */
  @Test
  void aWatcherOfNinetyNodesAsksRedisNoMoreThanTwiceASecond() throws Exception {
    try (TestRedis redis = TestRedis.start()) {
      RedisBackendProvider provider = new RedisBackendProvider();
      try (Backend backend =
          provider.open(BackendConfig.of("redis", "test", provider, Map.of("url", redis.url())))) {
        RunKey run = new RunKey(Namespace.DEFAULT, new RunId("v42"));
        assertThat(
                backend.readiness().orElseThrow().claim(Claim.of(run, "web-1", Optional.empty())))
            .isPresent();
        for (int i = 0; i < 90; i++) {
          MarkerKey key =
              new MarkerKey(Namespace.DEFAULT, new NodeId("node-" + i), new RunId("v42"));
          backend.markers().orElseThrow().put(new Marker(key, "web-" + i, Map.of()));
        }
      }
      Path config =
          Files.writeString(
              temporary.resolve("autoinit.conf"),
              "autoinit { run-id = v42, markers = redis, backends { redis { url = \"%s\" } } }"
                  .formatted(redis.url()));
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        long before = requests(redis);
        long begun = System.nanoTime();
        Future<InProcess> watch =
            thread.submit(
                () -> InProcess.autoinit("status", "--watch", "--config", config.toString()));
        TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
        double each = (requests(redis) - before) / ((System.nanoTime() - begun) / 1e9);
        System.out.printf("Redis, one watcher of 90 nodes: %.2f requests a second%n", each);
        thread.shutdownNow();
        assertThat(watch.get(30, TimeUnit.SECONDS).out())
            .contains("node", "80 more", "seen       at 12:00:00");
        assertThat(each).isBetween(0.5, MOST_EACH);
      } finally {
        thread.shutdownNow();
      }
    }
  }

  private static long requests(TestRedis redis) {
    return commands(redis, "(?:evalsha|eval|get|mget|scan)");
  }

  private interface Counter {
    long count() throws Exception;
  }

  /** What was served, the leader's own work included, and in which time. */
  private record Served(List<Long> queries, double seconds) {
    double each() {
      return queries.stream().mapToLong(q -> q).sum() / seconds / WATCHERS;
    }

    void print(String stores) {
      System.out.printf(
          "%s: %s queries in %.1f s, %.2f a second for each of %d watchers%n",
          stores, queries, seconds, each(), WATCHERS);
    }
  }

  private static Served served(Path config, Counter... stores) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Set<String> waiting = ConcurrentHashMap.newKeySet();
    List<Member> waiters = new ArrayList<>();
    try (Member leader = Member.start(config, "leader")) {
      Member.until(
          "the leader is at work",
          () ->
              InProcess.autoinit("status", "--config", config.toString())
                  .out()
                  .contains("COPY 100000"));
      for (int i = 0; i < WAITERS; i++) {
        String host = "waiter-" + i;
        waiters.add(
            Member.start(
                config,
                host,
                event -> {
                  if (event instanceof InitEvent.Waiting) {
                    waiting.add(host);
                  }
                }));
      }
      Member.until("all wait", () -> waiting.size() == WAITERS);
      Future<InProcess> watch =
          thread.submit(
              () -> InProcess.autoinit("status", "--watch", "--config", config.toString()));
      List<Long> before = counted(stores);
      long begun = System.nanoTime();
      // A window, not a wait for something: nothing may happen in it.
      TimeUnit.NANOSECONDS.sleep(WINDOW.toNanos());
      List<Long> queries = new ArrayList<>(counted(stores));
      double seconds = (System.nanoTime() - begun) / 1e9;
      for (int i = 0; i < queries.size(); i++) {
        queries.set(i, queries.get(i) - before.get(i));
      }
      assertThat(watch).isNotDone();
      thread.shutdownNow();
      assertThat(watch.get(30, TimeUnit.SECONDS).out()).contains("RUNNING: step seed");
      leader.end();
      for (Member waiter : waiters) {
        assertThat(waiter.end().ran()).isZero();
      }
      return new Served(queries, seconds);
    } finally {
      thread.shutdownNow();
      waiters.forEach(Member::close);
    }
  }

  private static List<Long> counted(Counter... stores) throws Exception {
    List<Long> counts = new ArrayList<>();
    for (Counter store : stores) {
      counts.add(store.count());
    }
    return counts;
  }

  /**
   * A query of the product is one transaction, and so is what the server does by itself when a
   * session begins. Counted by the server, at most a second late.
   */
  private static long transactions(TestPostgres postgres, String url) throws SQLException {
    try (Connection connection = postgres.connectAsSuperuser(url);
        Statement statement = connection.createStatement();
        ResultSet counted =
            statement.executeQuery(
                "SELECT xact_commit + xact_rollback - sessions FROM pg_stat_database WHERE datname = current_database()")) {
      counted.next();
      return counted.getLong(1);
    }
  }

  /** Also those that scripts call. */
  private static long commands(TestRedis redis) {
    return commands(redis, "(?!info)[^:]+");
  }

  private static long commands(TestRedis redis, String which) {
    return Pattern.compile("cmdstat_%s:calls=(\\d+)".formatted(which))
        .matcher(Contents.ask(redis, "INFO commandstats"))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }
}
