package io.autoinit.backend.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each problem really set up, found, made right by its remedy where that can be run, and gone. */
class PostgresFindingsTest {

  private static final String GUEST = "guest_of_the_findings";
  private static final String SECRET = "hunter-2-of-the-findings";

  private static List<Finding> all(Database database, Map<String, String> settings) {
    try (Backend backend = database.open(settings)) {
      return backend.findings();
    }
  }

  private static Finding found(Database database, Map<String, String> settings, String check) {
    List<Finding> all = all(database, settings);
    return all.stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + check + " in " + all));
  }

  private static Finding found(Database database, String check) {
    return found(database, Map.of(), check);
  }

  private static void eventually(Callable<Boolean> holds) throws Exception {
    Eventually.within(Duration.ofSeconds(30), "the finding that is expected", holds);
  }

  /** As people run it: each statement on its own. */
  private static void run(Database database, String remedy) {
    Stream.of(remedy.split(";", -1))
        .map(String::strip)
        .filter(statement -> statement.matches("(ALTER|SELECT|GRANT|CREATE) .*"))
        .forEach(database::run);
  }

  @Test
  void a_sound_database_is_told_to_be_one_and_stays_empty() {
    try (TestPostgres server = TestPostgres.start(Map.of("fsync", "on", "full_page_writes", "on"));
        Database database = new Database(server)) {
      assertThat(all(database, Map.of()))
          .extracting(Finding::check)
          .containsExactly(
              "reachable",
              "primary",
              "grants",
              "connections",
              "durability",
              "tls",
              "pooler",
              "clock-rate");
      assertThat(all(database, Map.of())).extracting(Finding::severity).containsOnly(Severity.OK);
      assertThat(database.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'autoinit'"))
          .isEqualTo("0");
    }
  }

  @Test
  void each_missing_grant_is_found_and_its_statement_works() {
    try (Database database = new Database()) {
      Map<String, String> guest = Map.of("user", GUEST, "password", SECRET);
      database.run("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(GUEST, SECRET));
      try {
        List<String> statements = new ArrayList<>();
        requireRemedied(database, guest, statements);
        database.run("DROP SCHEMA autoinit");
        assertThat(database.readiness().clear(Database.RUN)).isFalse();
        database
            .open()
            .locks()
            .orElseThrow()
            .tryAcquire(
                io.autoinit.spi.LockName.infrastructure(io.autoinit.Namespace.DEFAULT),
                Database.LONG)
            .orElseThrow()
            .close();
        requireRemedied(database, guest, statements);
        requireRemedied(database, guest, statements);
        assertThat(statements)
            .containsExactly(
                "CREATE SCHEMA autoinit AUTHORIZATION %s;".formatted(GUEST),
                "GRANT USAGE, CREATE ON SCHEMA autoinit TO %s;".formatted(GUEST),
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA autoinit TO %s;"
                    .formatted(GUEST));
        assertThat(found(database, guest, "grants").severity()).isEqualTo(Severity.OK);
      } finally {
        database.run("DROP OWNED BY " + GUEST);
        database.run("DROP ROLE " + GUEST);
      }
    }
  }

  private static void requireRemedied(
      Database database, Map<String, String> guest, List<String> statements) {
    Finding lacking = found(database, guest, "grants");
    assertThat(lacking.severity()).isEqualTo(Severity.ERROR);
    assertThat(lacking.sentence()).contains(GUEST);
    statements.add(lacking.remedy().orElseThrow());
    run(database, lacking.remedy().orElseThrow());
    assertThat(all(database, guest)).doesNotContain(lacking);
  }

  @Test
  @DisplayName("BACKEND-7 a wrong password is told, and not shown")
  void a_wrong_password() {
    try (Database database = new Database()) {
      Finding refused = found(database, Map.of("password", SECRET), "credentials");
      assertThat(refused.severity()).isEqualTo(Severity.ERROR);
      assertThat(refused.sentence())
          .contains("autoinit.backends.postgres.password")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void a_database_that_is_not_there_is_found_and_its_statement_works() {
    try (Database database = new Database()) {
      String missing = database.name() + "_missing";
      Map<String, String> settings =
          Map.of("url", database.url().replace(database.name(), missing));
      Finding refused = found(database, settings, "database");
      assertThat(refused.remedy()).contains("CREATE DATABASE %s;".formatted(missing));
      run(database, refused.remedy().orElseThrow());
      assertThat(found(database, settings, "reachable").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void a_server_that_is_away_is_told() {
    try (Database database = new Database()) {
      Finding away = found(database, database.settingsAt(1), "reachable");
      assertThat(away.severity()).isEqualTo(Severity.ERROR);
      assertThat(away.remedy().orElseThrow()).contains("autoinit.backends.postgres.url");
    }
  }

  @Test
  void the_last_connections_are_warned_about_and_none_is_an_error_and_the_remedy_works()
      throws Exception {
    try (TestPostgres server =
            TestPostgres.start(
                Map.of("max_connections", "12", "superuser_reserved_connections", "3"));
        Database database = new Database(server)) {
      List<Connection> taken = new ArrayList<>();
      String remedy;
      try {
        while (taken.size() < 6) {
          taken.add(server.connect(database.url()));
        }
        Finding few = found(database, "connections");
        assertThat(few.severity()).isEqualTo(Severity.WARNING);
        assertThat(few.seen()).contains("of 12 connections are used, 3 are reserved");
        remedy = few.remedy().orElseThrow();
        while (taken.size() < 9) {
          taken.add(server.connect(database.url()));
        }
        Finding none = found(database, "connections");
        assertThat(none.severity()).isEqualTo(Severity.ERROR);
        assertThat(none.seen()).contains("no connection left");
      } finally {
        for (Connection connection : taken) {
          connection.close();
        }
      }
      assertThat(remedy).contains("max_connections = 24");
      run(database, remedy);
      assertThat(
              database.ask(
                  "SELECT setting FROM pg_file_settings WHERE name = 'max_connections' ORDER BY seqno DESC LIMIT 1"))
          .isEqualTo("24");
    }
  }

  @Test
  void what_a_crash_may_lose_is_found_and_its_remedies_work() {
    // The packaged servers take these at their start, which no ALTER SYSTEM overrides.
    try (TestPostgres server =
            TestPostgres.start(Map.of("fsync", "off", "full_page_writes", "off"));
        Database database = new Database(server)) {
      database.run("ALTER DATABASE %s SET synchronous_commit = off".formatted(database.name()));
      List<Finding> risky =
          all(database, Map.of()).stream()
              .filter(finding -> finding.check().equals("durability"))
              .toList();
      assertThat(risky).extracting(Finding::severity).containsOnly(Severity.WARNING).hasSize(3);
      risky.forEach(finding -> run(database, finding.remedy().orElseThrow()));
      assertThat(
              database.ask(
                  "SELECT string_agg(name || setting, ' ' ORDER BY name) FROM pg_file_settings"
                      + " WHERE sourcefile LIKE '%auto.conf'"))
          .isEqualTo("fsyncon full_page_writeson");
      assertThat(all(database, Map.of()).toString()).doesNotContain("synchronous_commit is off");
    }
  }

  @Test
  void a_read_only_database_and_a_standby_are_found_and_the_remedies_work() throws Exception {
    try (TestPostgres server = TestPostgres.start();
        Database database = new Database(server)) {
      database.run(
          "ALTER DATABASE %s SET default_transaction_read_only = on".formatted(database.name()));
      Finding readOnly = found(database, "primary");
      assertThat(readOnly.severity()).isEqualTo(Severity.ERROR);
      try (Connection connection = server.connectAsSuperuser(database.url());
          var statement = connection.createStatement()) {
        statement.execute("SET default_transaction_read_only = off");
        for (String one : readOnly.remedy().orElseThrow().split("; ?", -1)) {
          if (!one.isEmpty()) {
            statement.execute(one);
          }
        }
      }
      assertThat(found(database, "primary").severity()).isEqualTo(Severity.OK);

      server.restartAsStandby();
      Finding standby = found(database, "primary");
      assertThat(standby.severity()).isEqualTo(Severity.ERROR);
      assertThat(standby.seen()).contains("is a standby");
      assertThat(standby.remedy().orElseThrow()).endsWith(": SELECT pg_promote();");
      database.run("SELECT pg_promote()");
      assertThat(found(database, "primary").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void a_connection_to_another_machine_without_tls_is_warned_about() {
    try (Database database = new Database()) {
      // Linux takes this name of another machine for this one.
      String port = database.url().replaceAll(".*:(\\d+)/.*", "$1");
      Finding open =
          found(database, Map.of("url", database.urlAt("0.0.0.0", Integer.parseInt(port))), "tls");
      assertThat(open.severity()).isEqualTo(Severity.WARNING);
      assertThat(open.remedy().orElseThrow()).contains("sslmode=");
    }
  }

  @Test
  void a_pooler_in_transaction_mode_is_noticed_by_what_it_does() throws Exception {
    TestPostgres server = TestPostgres.shared();
    try (Database database = new Database(server)) {
      for (Pooler pooler : Pooler.all(server).toList()) {
        try (pooler) {
          Map<String, String> through = new HashMap<>();
          through.put("url", database.urlAt("127.0.0.1", pooler.port()));
          eventually(() -> found(database, through, "reachable").severity() == Severity.OK);
          Finding between = found(database, through, "pooler");
          assertThat(between.severity()).isEqualTo(Severity.NOTE);
          assertThat(between.seen()).as(pooler.name()).contains("in transaction mode");
        }
      }
      assertThat(found(database, "pooler").seen()).startsWith("none between");
    }
  }
}
