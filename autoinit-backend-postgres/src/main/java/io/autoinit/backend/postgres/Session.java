package io.autoinit.backend.postgres;

import io.autoinit.backend.postgres.GoodbyeSockets.Farewell;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection, used by one thread at a time. Only {@link #abort} is for any thread at any time.
 */
final class Session implements AutoCloseable {

  private final Connection connection;
  private final Consumer<Session> closed;

  Session(Connection connection, Consumer<Session> closed) {
    this.connection = connection;
    this.closed = closed;
  }

  /** Bounds the wait for each answer; a connection that misses it is broken for good. */
  void answerWithin(Duration limit) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(Math.max(1, limit.toMillis())));
  }

  /**
   * Runs statements as one text, in one round trip.
   *
   * @return the first row of the last statement that answers with rows
   */
  Optional<Row> query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Optional<Row> last = Optional.empty();
      boolean rows = statement.execute(sql);
      while (rows || statement.getUpdateCount() >= 0) {
        if (rows) {
          last = first(statement.getResultSet());
        }
        rows = statement.getMoreResults();
      }
      return last;
    }
  }

  /** Runs one statement that answers with rows, all of which are wanted. */
  List<Row> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result));
      }
      return rows;
    }
  }

  private static Optional<Row> first(ResultSet result) throws SQLException {
    try (result) {
      return result.next() ? Optional.of(row(result)) : Optional.empty();
    }
  }

  private static Row row(ResultSet result) throws SQLException {
    @Nullable String[] columns = new @Nullable String[result.getMetaData().getColumnCount()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = result.getString(i + 1);
    }
    return new Row(columns);
  }

  /** Ends whatever transaction is open, so that the session can be used again. */
  void rollback() {
    try {
      query("ROLLBACK");
    } catch (SQLException e) {
      abort();
    }
  }

  boolean isUsable() {
    try {
      return !connection.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  /** Cuts the connection without a word to the server, also under another thread's statement. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is gone already.
    } finally {
      closed.accept(this);
    }
  }

  /** Says good-bye; the server is to be waited for. */
  Farewell leave() {
    Farewell farewell = GoodbyeSockets.sayGoodbye(connection);
    return () -> {
      try {
        farewell.await();
      } finally {
        closed.accept(this);
      }
    };
  }

  /** Says good-bye, and waits until the server has ended its side. */
  @Override
  public void close() {
    leave().await();
  }
}
