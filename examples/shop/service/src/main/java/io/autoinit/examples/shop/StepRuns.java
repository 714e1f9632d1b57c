package io.autoinit.examples.shop;

import io.autoinit.InitStep;
import io.autoinit.StepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The shop's own book of which step ran when and where, kept in its database by the steps
 * themselves, so that nobody has to believe a log. An attempt that was killed stays without an end.
 */
final class StepRuns {

  private static final String CREATE =
      """
      CREATE SCHEMA IF NOT EXISTS audit;
      CREATE TABLE IF NOT EXISTS audit.step_runs (
        id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id   text        NOT NULL,
        phase    text        NOT NULL,
        step     text        NOT NULL,
        replica  text        NOT NULL,
        token    bigint      NOT NULL,
        started  timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished timestamptz
      )""";

  private static final String BEGIN =
      """
      INSERT INTO audit.step_runs (run_id, phase, step, replica, token)
      VALUES (?, ?, ?, ?, ?) RETURNING id""";

  private static final String END =
      "UPDATE audit.step_runs SET finished = clock_timestamp() WHERE id = ?";

  /** What a step does. */
  @FunctionalInterface
  interface Work {
    void run(Connection connection) throws Exception;
  }

  private StepRuns() {}

  /** Makes the book. Only the first infrastructure step calls it, under the fleet's lock. */
  static void create(Database database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
  }

  /** Does the work of a step between two entries of the book. */
  static void write(ShopSettings settings, InitStep step, StepContext context, Work work)
      throws Exception {
    try (Connection connection = settings.database().connect()) {
      long id = begin(connection, settings.replica(), step, context);
      work.run(connection);
      try (PreparedStatement end = connection.prepareStatement(END)) {
        end.setLong(1, id);
        end.executeUpdate();
      }
    }
  }

  private static long begin(
      Connection connection, String replica, InitStep step, StepContext context)
      throws SQLException {
    try (PreparedStatement begin = connection.prepareStatement(BEGIN)) {
      begin.setString(1, context.runId().value());
      begin.setString(2, step.phase().label());
      begin.setString(3, step.name());
      begin.setString(4, replica);
      begin.setLong(5, context.fencingToken());
      try (ResultSet result = begin.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }
}
