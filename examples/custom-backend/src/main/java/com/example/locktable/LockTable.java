package com.example.locktable;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * The table: one row for each lock, which stays for ever and so remembers the token. All times are
 * microseconds of the database's own clock, so that no two hosts' clocks are ever compared.
 */
final class LockTable implements AutoCloseable {

  /** How long one statement may take. */
  private static final int STATEMENT_SECONDS = 5;

  /** The database's clock: the one expression that other databases spell differently. */
  private static final String NOW =
      "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";

  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS autoinit_lock (name VARCHAR(300) PRIMARY KEY,"
          + " token BIGINT NOT NULL, expires BIGINT NOT NULL, owner VARCHAR(36), client VARCHAR(200))";
  private static final String CREATE_AUDIT =
      "CREATE TABLE IF NOT EXISTS autoinit_lock_audit (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
          + " event VARCHAR(20), name VARCHAR(300), token BIGINT, client VARCHAR(200))";
  private static final String ADD =
      "INSERT INTO autoinit_lock (name, token, expires) VALUES (?, 0, 0)";

  /**
   * Takes the lock if its lease has ended. The token grows by at least one, and with the clock, so
   * that it also grows when somebody has emptied the table (LOCK-2).
   */
  private static final String TAKE =
      "UPDATE autoinit_lock SET token = GREATEST(token + 1, %1$s), expires = %1$s + ?, owner = ?, client = ? WHERE name = ? AND expires <= %1$s"
          .formatted(NOW);

  private static final String TOKEN =
      "SELECT token FROM autoinit_lock WHERE name = ? AND owner = ?";

  /** Whoever lost the lease matches no row, for ever: each lease has an owner of its own (LOCK-6). */
  private static final String RENEW =
      "UPDATE autoinit_lock SET expires = %1$s + ? WHERE name = ? AND owner = ? AND expires > %1$s"
          .formatted(NOW);

  private static final String RELEASE =
      "UPDATE autoinit_lock SET expires = 0, owner = NULL WHERE name = ? AND owner = ?";
  private static final String HOLDER =
      "SELECT client FROM autoinit_lock WHERE name = ? AND expires > " + NOW;
  private static final String AUDIT =
      "INSERT INTO autoinit_lock_audit (event, name, token, client) VALUES (?, ?, ?, ?)";

  private final LockTableSettings settings;
  private Optional<Connection> open = Optional.empty();
  private boolean closed;

  LockTable(LockTableSettings settings) {
    this.settings = settings;
  }

  /** The token; empty if somebody else holds the lock. */
  synchronized Optional<Long> take(String name, String owner, Duration ttl) {
    return ask(
        connection -> {
          addRow(connection, name);
          if (update(connection, TAKE, micros(ttl), owner, settings.client(), name) == 0) {
            return Optional.empty();
          }
          Optional<Long> token = first(connection, TOKEN, Long.class, name, owner);
          if (token.isPresent()) {
            update(connection, AUDIT, "acquired", name, token.get(), settings.client());
          }
          return token;
        });
  }

  private static void addRow(Connection connection, String name) throws SQLException {
    if (first(connection, "SELECT name FROM autoinit_lock WHERE name = ?", String.class, name)
        .isPresent()) {
      return;
    }
    try {
      update(connection, ADD, name);
    } catch (SQLException e) {
      // Another client was first.
      if (!isDuplicate(e)) {
        throw e;
      }
    }
  }

  synchronized boolean renew(String name, String owner, Duration ttl) {
    return ask(connection -> update(connection, RENEW, micros(ttl), name, owner) == 1);
  }

  synchronized void release(String name, String owner, long token) {
    ask(
        connection -> {
          if (update(connection, RELEASE, name, owner) == 1) {
            update(connection, AUDIT, "released", name, token, settings.client());
          }
          return true;
        });
  }

  synchronized Optional<String> holder(String name) {
    return ask(connection -> first(connection, HOLDER, String.class, name));
  }

  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private <T> T ask(Question<T> question) {
    if (closed) {
      throw new IllegalStateException("The lock table is closed");
    }
    try {
      return question.ask(connection());
    } catch (SQLException e) {
      disconnect();
      throw translated(e);
    }
  }

  private Connection connection() throws SQLException {
    if (open.isEmpty()) {
      Connection connection =
          DriverManager.getConnection(settings.url(), settings.user(), settings.password());
      open = Optional.of(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute(CREATE);
        statement.execute(CREATE_AUDIT);
      }
    }
    return open.get();
  }

  private void disconnect() {
    try {
      if (open.isPresent()) {
        open.get().close();
      }
    } catch (SQLException e) {
      // It was broken, and is gone.
    } finally {
      open = Optional.empty();
    }
  }

  // The driver's messages may quote the URL, so none of them is passed on.
  private BackendException translated(SQLException e) {
    String state = e.getSQLState() == null ? "unknown" : e.getSQLState();
    if (state.startsWith("28")) {
      return new BackendRefusedException(
          "The database of the locks refused the user or the password ("
              + settings.keys().password()
              + ")");
    }
    if (DriverManager.drivers().noneMatch(driver -> accepts(driver))) {
      return new BackendRefusedException(
          "No JDBC driver takes "
              + settings.keys().url()
              + ": correct it, or add the driver's jar to AUTOINIT_CLASSPATH");
    }
    return new BackendUnavailableException(
        "The database of the locks (%s) does not answer as it should (SQL state %s): is it running?"
            .formatted(settings.keys().url(), state));
  }

  private boolean accepts(java.sql.Driver driver) {
    try {
      return driver.acceptsURL(settings.url());
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean isDuplicate(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith("23");
  }

  private static long micros(Duration ttl) {
    return ttl.toNanos() / 1000;
  }

  private static int update(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private static <T> Optional<T> first(
      Connection connection, String sql, Class<T> type, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? Optional.ofNullable(result.getObject(1, type)) : Optional.empty();
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(STATEMENT_SECONDS);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public synchronized void close() {
    closed = true;
    disconnect();
  }
}
