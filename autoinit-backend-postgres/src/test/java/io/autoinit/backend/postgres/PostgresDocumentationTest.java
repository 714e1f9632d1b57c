package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.NodeId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docs/backends/postgres.md} says what is so. */
class PostgresDocumentationTest {

  private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final LockName LOCK = LockName.infrastructure(RUN.namespace());
  private static final NodeId NODE = new NodeId("n");

  private final String page = read();
  private final List<String> rights =
      SQL.matcher(page)
          .results()
          .map(MatchResult::group)
          .map(PostgresDocumentationTest::body)
          .toList();

  private Database database;
  private String role;

  @BeforeEach
  void open() {
    database = new Database();
    role = "role_of_" + database.name();
    database.run("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(role));
  }

  @AfterEach
  void close() {
    database.close();
    database.run("DROP OWNED BY %s CASCADE; DROP ROLE %s".formatted(role, role));
  }

  @Test
  void everySettingIsDocumentedWithItsDefault() {
    assertThat(new PostgresBackendProvider().settings())
        .extracting(Setting::name)
        .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    assertThat(page).contains("| `schema` | `autoinit` |", "| `connect-timeout` | 5s |");
  }

  @Test
  void theTablesAreThoseThatAreMade() {
    database.locks().tryAcquire(LOCK, LONG).orElseThrow().close();
    String made =
        database.ask(
            "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'autoinit'");
    assertThat(made).isEqualTo("epochs,markers,readiness,slots");
    assertThat(List.of("epochs", "markers", "readiness", "slots"))
        .allSatisfy(table -> assertThat(page).contains("\n| `" + table + "` |"));
  }

  @Test
  void theOneLineIsEnoughForAUserThatIsNotTheOwner() {
    assertThat(rights).hasSize(3);
    assertThatThrownBy(() -> everything(asRole())).isInstanceOf(BackendRefusedException.class);
    database.run(forRole(rights.get(0)));
    everything(asRole());
  }

  @Test
  void theGrantsAreEnoughForAUserThatOwnsNothing() {
    database.locks().tryAcquire(LOCK, LONG).orElseThrow().close();
    for (String grant : forRole(rights.get(1)).lines().toList()) {
      assertThatThrownBy(() -> everything(asRole())).isInstanceOf(BackendRefusedException.class);
      database.run(grant);
    }
    everything(asRole());
  }

  @Test
  void theLastGrantLetsAUserEndTheSessionOfAnother() {
    Lease lease = database.locks().tryAcquire(LOCK, LONG).orElseThrow();
    forRole(rights.get(1)).lines().forEach(database::run);
    LockProvider locks = asRole().locks().orElseThrow();
    String holder = locks.holder(LOCK).orElseThrow();

    assertThatThrownBy(() -> locks.revoke(LOCK, holder))
        .isInstanceOf(BackendRefusedException.class);
    database.run(forRole(rights.get(2)));

    assertThat(locks.revoke(LOCK, holder)).isTrue();
    assertThat(lease.renew()).isFalse();
    lease.close();
  }

  @Test
  void aUserCalledLikeTheSchemaHasItInItsSearchPathUnlessTheUrlSaysOtherwise() throws SQLException {
    assertThat(database.settings()).containsEntry("user", "autoinit");
    assertThat(currentSchema("")).isEqualTo("public");
    database.locks().tryAcquire(LOCK, LONG).orElseThrow().close();
    assertThat(currentSchema("")).isEqualTo("autoinit");
    assertThat(currentSchema("?currentSchema=public")).isEqualTo("public");
  }

  @Test
  void aLeaderTakesTwoConnectionsANodeOneAndAWaiterNone() throws Exception {
    Backend leader = named("doc-leader");
    try (Lease lease = leader.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
      publish(leader, lease);
      assertConnections("doc-leader", 2);
      Backend node = named("doc-node");
      LockName own = LockName.node(RUN.namespace(), NODE);
      try (Lease held = node.locks().orElseThrow().tryAcquire(own, LONG).orElseThrow()) {
        assertThat(held.renew()).isTrue();
        assertConnections("doc-node", 1);
      }
      Backend waiter = named("doc-waiter");
      assertThat(waiter.readiness().orElseThrow().poll(RUN).found()).isPresent();
      assertConnections("doc-waiter", 0);
    }
    assertConnections("doc-leader", 0);
  }

  @Test
  void ofSeveralHostsThePrimaryIsUsed() throws Exception {
    try (TestPostgres standby = TestPostgres.start()) {
      try (Connection connection = standby.connectAsSuperuser(standby.jdbcUrl());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + database.name());
      }
      standby.restartAsStandby();
      String url =
          "jdbc:postgresql://%s:%d,%s:%d/%s"
              .formatted(
                  standby.host(),
                  standby.port(),
                  TestPostgres.shared().host(),
                  TestPostgres.shared().port(),
                  database.name());
      Backend backend = database.open(Map.of("url", url));
      try (Lease lease = backend.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
        assertThat(lease.renew()).isTrue();
        assertThat(database.locks().tryAcquire(LOCK, LONG)).isEmpty();
      }
    }
  }

  private Backend named(String name) {
    return database.open(Map.of("url", database.url() + "?ApplicationName=" + name));
  }

  private void assertConnections(String name, int expected) throws Exception {
    String sql =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'".formatted(name);
    Eventually.within(
        Duration.ofSeconds(5),
        name + " has connections: " + expected,
        () -> database.ask(sql).equals(Integer.toString(expected)));
  }

  private Backend asRole() {
    return database.open(Map.of("user", role, "password", "secret"));
  }

  private String forRole(String sql) {
    return sql.replace(" shop;", " " + role + ";");
  }

  /** All that a start asks of a backend. */
  private static void everything(Backend backend) {
    ReadinessStore readiness = backend.readiness().orElseThrow();
    assertThat(readiness.claim(Claim.of(RUN, "me", Optional.empty()))).isPresent();
    assertThat(readiness.poll(RUN).found()).isPresent();
    try (Lease lease = backend.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow()) {
      publish(backend, lease);
      assertThat(lease.renew()).isTrue();
      assertThat(backend.locks().orElseThrow().holder(LOCK)).isPresent();
    }
    assertThat(readiness.clear(RUN)).isTrue();
    MarkerKey key = new MarkerKey(RUN.namespace(), NODE, RUN.runId());
    backend.markers().orElseThrow().put(new Marker(key, "me", Map.of()));
    assertThat(backend.markers().orElseThrow().find(key)).isPresent();
    assertThat(backend.markers().orElseThrow().remove(key)).isTrue();
  }

  private static void publish(Backend backend, Lease lease) {
    Readiness record =
        new Readiness.Running(
            RUN, lease.token(), "me", List.of(), Optional.of("seed"), 1, Optional.empty());
    assertThat(backend.readiness().orElseThrow().publish(record)).isTrue();
  }

  private String currentSchema(String parameters) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                database.url() + parameters,
                database.settings().get("user"),
                database.settings().get("password"));
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT current_schema()")) {
      result.next();
      return result.getString(1);
    }
  }

  private static String body(String block) {
    return block.substring(block.indexOf('\n') + 1, block.lastIndexOf("```"));
  }

  private static String read() {
    try {
      return Files.readString(Path.of("..", "docs", "backends", "postgres.md"));
    } catch (IOException e) {
      throw new AssertionError("docs/backends/postgres.md is not there", e);
    }
  }
}
