package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Through a pooler in transaction mode, which hands every transaction any server connection. */
class PostgresPoolerTest {

  private static final LockName LOCK = LockName.infrastructure(RUN.namespace());

  @TestFactory
  Stream<DynamicTest> everythingWorksThroughATransactionPooler() throws Exception {
    return Pooler.all(TestPostgres.shared())
        .map(pooler -> DynamicTest.dynamicTest(pooler.name(), () -> goesThrough(pooler)));
  }

  private static void goesThrough(Pooler pooler) throws Exception {
    try (pooler;
        Database database = new Database()) {
      Eventually.within(Duration.ofSeconds(5), "it listens", () -> listens(database, pooler));
      String before = settings(database, pooler);
      Backend leader = database.openAt("127.0.0.1", pooler.port(), Map.of());
      Backend other = database.openAt("127.0.0.1", pooler.port(), Map.of());
      ReadinessStore readiness = leader.readiness().orElseThrow();
      Lease lease = leader.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow();
      for (int i = 0; i < 10; i++) {
        // Each transaction may run on another server connection; the lock stays where it is.
        assertThat(other.locks().orElseThrow().tryAcquire(LOCK, LONG)).isEmpty();
        assertThat(database.locks().tryAcquire(LOCK, LONG)).isEmpty();
        assertThat(other.readiness().orElseThrow().poll(RUN).again()).isPositive();
        assertThat(lease.renew()).isTrue();
        assertThat(readiness.publish(new Readiness.Stopped(RUN, lease.token(), "a", List.of())))
            .isTrue();
      }
      database.run("CREATE TABLE shop AS SELECT generate_series(1, 1000) AS id");
      database.runPatiently("CREATE INDEX CONCURRENTLY ON shop (id)");
      assertThat(other.locks().orElseThrow().holder(LOCK)).isPresent();
      lease.close();
      try (Lease next = other.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(readiness.publish(new Readiness.Ready(RUN, lease.token(), "a", List.of())))
            .isFalse();
        assertThat(lease.renew()).isFalse();
        assertThat(
                other
                    .readiness()
                    .orElseThrow()
                    .publish(new Readiness.Ready(RUN, next.token(), "b", List.of())))
            .isTrue();
      }
      assertThat(readiness.find(RUN).map(Observed::value).map(Readiness::isReady)).contains(true);
      assertThat(database.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
          .isEqualTo("0");
      for (int i = 0; i < 2 * Pooler.SERVER_CONNECTIONS; i++) {
        assertThat(settings(database, pooler)).isEqualTo(before);
      }
    }
  }

  private static boolean listens(Database database, Pooler pooler) {
    try {
      settings(database, pooler);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** What a client after us finds set on the server connection that it happens to get. */
  private static String settings(Database database, Pooler pooler) throws SQLException {
    String url = database.urlAt("127.0.0.1", pooler.port());
    try (Connection connection =
            DriverManager.getConnection(
                url, database.settings().get("user"), database.settings().get("password"));
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
                    + " WHERE name LIKE 'tcp%' OR name LIKE '%timeout' OR name LIKE '%isolation'"
                    + " OR name = 'synchronous_commit'")) {
      result.next();
      return result.getString(1);
    }
  }
}
