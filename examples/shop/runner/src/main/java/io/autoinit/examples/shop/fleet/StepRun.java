package io.autoinit.examples.shop.fleet;

import io.autoinit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of a step, as the step itself wrote it into the shop's database.
 *
 * @param phase the phase of the step
 * @param step the step
 * @param replica where it ran
 * @param started when it began, by the clock of Postgres
 * @param finished when it was done; empty if it failed or was killed
 */
record StepRun(
    String phase, String step, String replica, Instant started, Optional<Instant> finished) {

  private static final String QUERY =
      "SELECT phase, step, replica, started, finished FROM audit.step_runs ORDER BY id";

  static List<StepRun> all(TestPostgres postgres) throws SQLException {
    try (Connection connection = postgres.connect(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      List<StepRun> runs = new ArrayList<>();
      if (!exists(statement, "audit.step_runs")) {
        return runs;
      }
      ResultSet rows = statement.executeQuery(QUERY);
      while (rows.next()) {
        runs.add(
            new StepRun(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getTimestamp(4).toInstant(),
                Optional.ofNullable(rows.getTimestamp(5)).map(Timestamp::toInstant)));
      }
      return runs;
    }
  }

  static int products(TestPostgres postgres) throws SQLException {
    try (Connection connection = postgres.connect(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      if (!exists(statement, "public.products")) {
        return 0;
      }
      ResultSet rows = statement.executeQuery("SELECT count(*) FROM public.products");
      rows.next();
      return rows.getInt(1);
    }
  }

  /** Whether autoinit has kept something in this Postgres. */
  static boolean hasTablesOfAutoinit(TestPostgres postgres) throws SQLException {
    try (Connection connection = postgres.connect(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT to_regnamespace('autoinit') IS NOT NULL");
      row.next();
      return row.getBoolean(1);
    }
  }

  /** A start that failed early has not made all tables. */
  private static boolean exists(Statement statement, String table) throws SQLException {
    ResultSet row = statement.executeQuery("SELECT to_regclass('%s') IS NOT NULL".formatted(table));
    row.next();
    return row.getBoolean(1);
  }

  boolean isOf(String name) {
    return step.equals(name);
  }

  boolean isInfrastructure() {
    return phase.equals("infrastructure");
  }
}
