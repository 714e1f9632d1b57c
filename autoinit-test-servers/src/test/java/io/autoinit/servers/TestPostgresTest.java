package io.autoinit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TestPostgresTest {

  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start(Map.of("max_connections", "20"));
  }

  @AfterAll
  static void close() {
    postgres.close();
  }

  @Test
  void itTakesSettings() throws SQLException {
    assertThat(answer(postgres.jdbcUrl(), "SHOW max_connections")).isEqualTo("20");
  }

  @Test
  void theUserIsNoSuperuserAndMayCreateItsOwnSchema() throws SQLException {
    String url = postgres.freshDatabase();
    assertThat(answer(url, "SHOW is_superuser")).isEqualTo("off");
    assertThat(answer(url, "CREATE SCHEMA a; SELECT 'made'")).isEqualTo("made");
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> PostgresUrls.connect(postgres.jdbcUrl(), postgres.user(), "wrong"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void dataAndAddressSurviveAStopAndAKill() throws SQLException {
    String url = postgres.freshDatabase();
    answer(url, "CREATE TABLE t AS SELECT 7 AS n; SELECT 1");
    postgres.restart();
    assertThat(answer(url, "SELECT n FROM t")).isEqualTo("7");
    answer(url, "UPDATE t SET n = 8; SELECT 1");
    postgres.kill();
    assertThatThrownBy(() -> answer(url, "SELECT 1")).isInstanceOf(SQLException.class);
    postgres.restart();
    assertThat(answer(url, "SELECT n FROM t")).isEqualTo("8");
  }

  @Test
  void itBecomesAStandby() throws SQLException {
    try (TestPostgres standby = TestPostgres.start()) {
      standby.restartAsStandby();
      try (Connection connection = standby.connect(standby.jdbcUrl());
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT pg_is_in_recovery()")) {
        result.next();
        assertThat(result.getBoolean(1)).isTrue();
      }
    }
  }

  @Test
  void anUnknownChoiceIsRefused() {
    assertThatThrownBy(() -> ServerChoice.make("dockr"))
        .hasMessage("-Dautoinit.test.servers=dockr is unknown: use docker, embedded or auto");
  }

  private static String answer(String url, String sql) throws SQLException {
    try (Connection connection = postgres.connect(url);
        Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        result.next();
        return result.getString(1);
      }
    }
  }
}
