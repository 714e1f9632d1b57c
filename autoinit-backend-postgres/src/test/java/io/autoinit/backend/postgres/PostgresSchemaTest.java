package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.NodeId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresSchemaTest {

  private static final LockName LOCK = LockName.infrastructure(RUN.namespace());
  private static final int STARTERS = 50;

  private Database database;

  @BeforeEach
  void start() {
    database = new Database();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void fiftyStartersMakeTheTablesTogether() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(STARTERS);
    try {
      List<Future<Boolean>> starters = new ArrayList<>();
      for (int i = 0; i < STARTERS; i++) {
        // Schema alone, past the gate, which would let only a few at a time come here.
        Backend backend = database.open();
        Connections connections = ((PostgresBackend) backend).connections();
        starters.add(
            threads.submit(
                () -> {
                  go.await();
                  try (Session session = connections.open(System.nanoTime())) {
                    Schema schema = new Schema("autoinit", connections);
                    return schema
                        .write(session, schema.sql("SELECT count(*) FROM {s}.epochs"))
                        .isPresent();
                  }
                }));
      }
      go.countDown();
      for (Future<Boolean> starter : starters) {
        assertThat(starter.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tables("autoinit")).isEqualTo("4");
    assertThat(database.ask("SELECT count(*) FROM autoinit.slots")).isEqualTo("1");
  }

  @Test
  void readingMakesNothing() {
    Backend backend = database.open();
    assertThat(backend.readiness().orElseThrow().find(RUN)).isEmpty();
    assertThat(backend.readiness().orElseThrow().poll(RUN).found()).isEmpty();
    assertThat(backend.readiness().orElseThrow().clear(RUN)).isFalse();
    assertThat(backend.locks().orElseThrow().holder(LOCK)).isEmpty();
    MarkerKey key = new MarkerKey(RUN.namespace(), new NodeId("n"), RUN.runId());
    assertThat(backend.markers().orElseThrow().find(key)).isEmpty();
    assertThat(backend.markers().orElseThrow().remove(key)).isFalse();
    assertThat(backend.readiness().orElseThrow().runs(RUN.namespace())).contains(List.of());
    assertThat(backend.markers().orElseThrow().list(RUN.namespace(), RUN.runId()))
        .contains(List.of());
    assertThat(tables("autoinit")).isEqualTo("0");
  }

  @Test
  void whatCannotBeReadIsLeftOutOfListsAndHidesNoOther() {
    Backend backend = database.open();
    Readiness sound = new Readiness.Ready(RUN, 1, "a", List.of());
    Marker marker =
        new Marker(new MarkerKey(RUN.namespace(), new NodeId("n"), RUN.runId()), "a", Map.of());
    assertThat(backend.readiness().orElseThrow().publish(sound)).isTrue();
    backend.markers().orElseThrow().put(marker);
    for (String id : List.of("garbled", "no legal name")) {
      database.run(
          """
          INSERT INTO autoinit.readiness SELECT namespace, '%1$s', 'what?', ready, fence, revision, written_at
            FROM autoinit.readiness WHERE run_id = 'r1';
          INSERT INTO autoinit.markers SELECT namespace, '%1$s', run_id, 'what?', written_at
            FROM autoinit.markers WHERE node = 'n'
          """
              .formatted(id));
    }
    assertThat(backend.readiness().orElseThrow().runs(RUN.namespace()).orElseThrow())
        .extracting(Observed::value)
        .containsExactly(sound);
    assertThat(backend.markers().orElseThrow().list(RUN.namespace(), RUN.runId()))
        .contains(List.of(marker));
  }

  @Test
  void theSchemaIsSettableAndSeparatesTheLocks() {
    Backend a = database.open(Map.of("schema", "Team_A"));
    Backend b = database.open(Map.of("schema", "team_a"));
    try (Lease one = a.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow();
        Lease two = b.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
      assertThat(one.renew() && two.renew()).isTrue();
    }
    assertThat(tables("Team_A")).isEqualTo("4");
    assertThat(tables("team_a")).isEqualTo("4");
  }

  @Test
  void withoutTheRightToMakeTheSchemaTheMessageNamesTheGrant() {
    database.run("ALTER DATABASE %s OWNER TO postgres".formatted(database.name()));
    assertThatThrownBy(() -> database.locks().tryAcquire(LOCK, LONG))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining("CREATE SCHEMA autoinit AUTHORIZATION autoinit")
        .hasMessageContaining("GRANT CREATE ON DATABASE " + database.name() + " TO autoinit");
    database.run("CREATE SCHEMA autoinit");
    assertThatThrownBy(() -> database.readiness().find(RUN))
        .hasMessageContaining("GRANT USAGE, CREATE ON SCHEMA autoinit TO autoinit");
    database.run("GRANT USAGE, CREATE ON SCHEMA autoinit TO autoinit");
    database.locks().tryAcquire(LOCK, LONG).orElseThrow().close();
  }

  @Test
  void whereTheTablesExistNoRightToMakeAnythingIsNeeded() {
    database.locks().tryAcquire(LOCK, LONG).orElseThrow().close();
    database.run(
        """
        ALTER DATABASE %s OWNER TO postgres;
        ALTER SCHEMA autoinit OWNER TO postgres;
        ALTER TABLE autoinit.epochs OWNER TO postgres; ALTER TABLE autoinit.readiness OWNER TO postgres;
        ALTER TABLE autoinit.slots OWNER TO postgres; ALTER TABLE autoinit.markers OWNER TO postgres;
        GRANT USAGE ON SCHEMA autoinit TO autoinit;
        """
            .formatted(database.name()));
    assertThatThrownBy(() -> database.locks().tryAcquire(LOCK, LONG))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA autoinit TO autoinit");
    database.run(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA autoinit TO autoinit");
    Backend backend = database.open();
    try (Lease lease = backend.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
      assertThat(backend.readiness().orElseThrow().claim(Claim.of(RUN, "a", Optional.empty())))
          .isPresent();
      assertThat(
              backend
                  .readiness()
                  .orElseThrow()
                  .publish(new Readiness.Ready(RUN, lease.token(), "a", List.of())))
          .isTrue();
    }
  }

  @Test
  void createIndexConcurrentlyEndsWhileALeaderHoldsTheLockAndWaitersLook() throws Exception {
    database.run("CREATE TABLE shop AS SELECT generate_series(1, 1000) AS id");
    Backend leader = database.open();
    try (Lease lease = leader.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
      assertThat(lease.renew()).isTrue();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        for (int i = 0; i < 4; i++) {
          Backend waiter = database.open();
          threads.execute(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  waiter.readiness().orElseThrow().poll(RUN);
                  waiter.locks().orElseThrow().tryAcquire(LOCK, LONG);
                }
              });
        }
        long begun = System.nanoTime();
        for (int i = 0; i < 3; i++) {
          database.runPatiently("CREATE INDEX CONCURRENTLY i%d ON shop (id)".formatted(i));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
      } finally {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(
              database.ask(
                  "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      + " AND state = 'idle in transaction' AND backend_xmin IS NOT NULL"))
          .isEqualTo("0");
      assertThat(lease.renew()).isTrue();
    }
  }

  private String tables(String schema) {
    return database.ask("SELECT count(*) FROM pg_tables WHERE schemaname = '%s'".formatted(schema));
  }
}
