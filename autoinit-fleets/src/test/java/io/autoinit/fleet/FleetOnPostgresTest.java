package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Phase;
import io.autoinit.servers.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large fleet on Postgres alone, which has few connections to give. */
class FleetOnPostgresTest {

  private static final int MOST_CONNECTIONS = 5;
  private static final int LEAST_OBSERVATIONS = 100;

  @Test
  void fortyNodesStartOnAPostgresWithTwentyConnectionsAndTakeFive(@TempDir Path directory)
      throws Exception {
    requireAtMostFiveConnectionsOfTwenty(40, directory);
  }

  @Test
  @Tag("long")
  void twoHundredNodesStartOnAPostgresWithTwentyConnectionsAndTakeFive(@TempDir Path directory)
      throws Exception {
    requireAtMostFiveConnectionsOfTwenty(200, directory);
  }

  private static void requireAtMostFiveConnectionsOfTwenty(int nodes, Path directory)
      throws Exception {
    try (TestPostgres postgres = TestPostgres.start(Map.of("max_connections", "20"));
        RealFleet fleet = new RealFleet(directory, Duration.ofSeconds(2));
        Connection observer = postgres.connectAsSuperuser(postgres.jdbcUrl())) {
      fleet
          .with("AUTOINIT_BACKENDS_POSTGRES_URL", postgres.jdbcUrl())
          .with("AUTOINIT_BACKENDS_POSTGRES_USER", postgres.user())
          .with("AUTOINIT_BACKENDS_POSTGRES_PASSWORD", postgres.password());
      AtomicInteger peak = new AtomicInteger();
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService thread = Executors.newSingleThreadExecutor();
      List<RealFleet.End> ends;
      int observations;
      try {
        Future<Integer> counter = thread.submit(() -> count(observer, postgres.user(), peak, over));
        ends = RealFleet.await(fleet.start(0, nodes), Duration.ofSeconds(90));
        over.set(true);
        observations = counter.get(30, TimeUnit.SECONDS);
      } finally {
        over.set(true);
        thread.shutdownNow();
      }

      assertThat(ends).allSatisfy(end -> assertThat(end.thrown()).isNull());
      assertThat(fleet.migrations).hasValue(1);
      assertThat(fleet.seedings).hasValue(1);
      assertThat(ends.stream().mapToInt(end -> end.ran(Phase.NODE)).sum()).isEqualTo(nodes);
      assertThat(observations).as("observations").isGreaterThan(LEAST_OBSERVATIONS);
      assertThat(peak.get()).as("connections at once").isBetween(1, MOST_CONNECTIONS);
      System.out.printf("%d nodes took at most %d connections at once%n", nodes, peak.get());
    }
  }

  /** Looks until it is over, and says how often it has looked. */
  private static int count(Connection observer, String user, AtomicInteger peak, AtomicBoolean over)
      throws SQLException, InterruptedException {
    String sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = ?";
    int observations = 0;
    try (PreparedStatement statement = observer.prepareStatement(sql)) {
      statement.setString(1, user);
      while (!over.get()) {
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          peak.accumulateAndGet(result.getInt(1), Math::max);
          observations++;
        }
        // Leaves the processors to the fleet; a connection takes longer than this to open.
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
    return observations;
  }
}
