package io.autoinit.backend.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The tables, made by whoever writes first. Reading needs no right to make anything, and finds
 * nothing where there is no table yet. Safe for use by any thread.
 */
final class Schema {

  private static final String EXISTS =
      "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s)";

  /**
   * Makes what is missing. Of many starters one at a time comes here, since CREATE ... IF NOT
   * EXISTS fails where two run at once.
   */
  private static final String CREATE =
      """
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL lock_timeout = '4s';
      SELECT pg_advisory_xact_lock(%s);
      """;

  /** Needs a right on the database even where the schema exists, so it runs only where not. */
  private static final String CREATE_SCHEMA = "CREATE SCHEMA IF NOT EXISTS {s};\n";

  private static final String CREATE_TABLES =
      """
      CREATE TABLE IF NOT EXISTS {s}.epochs (
        scope text PRIMARY KEY,
        epoch bigint NOT NULL,
        holder text NOT NULL,
        granted_at timestamptz NOT NULL);
      CREATE TABLE IF NOT EXISTS {s}.readiness (
        namespace text,
        run_id text,
        state text,
        ready boolean NOT NULL,
        fence bigint NOT NULL,
        revision bigint NOT NULL,
        written_at timestamptz NOT NULL,
        PRIMARY KEY (namespace, run_id));
      CREATE TABLE IF NOT EXISTS {s}.slots (
        id boolean PRIMARY KEY CHECK (id),
        next_slot timestamptz NOT NULL);
      INSERT INTO {s}.slots (id, next_slot) VALUES (true, clock_timestamp()) ON CONFLICT DO NOTHING;
      CREATE TABLE IF NOT EXISTS {s}.markers (
        namespace text,
        node text,
        run_id text,
        marker text NOT NULL,
        written_at timestamptz NOT NULL,
        PRIMARY KEY (namespace, node, run_id));
      COMMIT
      """;

  private final String name;
  private final Connections connections;

  Schema(String name, Connections connections) {
    this.name = name;
    this.connections = connections;
  }

  /** A statement on these tables. */
  String sql(String template, Object... values) {
    return Sql.fill(template, name, values);
  }

  /** Reads one row; empty also where there is no table. */
  Optional<Row> read(String sql) {
    return reading(session -> session.query(sql), Optional.empty());
  }

  /** Reads one row on behalf of a waiter, in turn; empty also where there is no table. */
  Optional<Row> readInTurn(String sql) {
    return connections.useToLook(session -> look(session, s -> s.query(sql), Optional.empty()));
  }

  /** Reads all rows; none also where there is no table. */
  List<Row> readAll(String sql) {
    return reading(session -> session.rows(sql), List.of());
  }

  private <T> T reading(Connections.Work<T> look, T nothing) {
    return connections.use(session -> look(session, look, nothing));
  }

  private static <T> T look(Session session, Connections.Work<T> look, T nothing)
      throws SQLException {
    try {
      return look.on(session);
    } catch (SQLException e) {
      if (!saysThatTablesAreMissing(e)) {
        throw e;
      }
      session.rollback();
      return nothing;
    }
  }

  /** Writes, and answers with the row that the statement returns. */
  Optional<Row> write(String sql) {
    return connections.use(session -> write(session, sql));
  }

  /** Writes on a given connection. The tables are made in a transaction of their own. */
  Optional<Row> write(Session session, String sql) throws SQLException {
    try {
      return session.query(sql);
    } catch (SQLException e) {
      if (!saysThatTablesAreMissing(e)) {
        throw e;
      }
      session.rollback();
      create(session);
      return session.query(sql);
    }
  }

  private void create(Session session) throws SQLException {
    boolean exists = session.query(sql(EXISTS, name)).orElseThrow().flag(0);
    session.query(
        sql(
            CREATE + (exists ? "" : CREATE_SCHEMA) + CREATE_TABLES,
            LockKey.of(name, "the making of the tables")));
  }

  private static boolean saysThatTablesAreMissing(SQLException e) {
    return Failures.UNDEFINED_TABLE.equals(e.getSQLState())
        || Failures.UNDEFINED_SCHEMA.equals(e.getSQLState());
  }
}
