package io.autoinit.backend.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A database of its own for a test class, and backends on it. */
final class Database implements AutoCloseable {

  static final Duration LONG = Duration.ofMinutes(10);
  static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("r1"));

  private final TestPostgres server;
  private final String url;
  private final List<Backend> opened = new ArrayList<>();

  Database() {
    this(TestPostgres.shared());
  }

  Database(TestPostgres server) {
    this.server = server;
    this.url = server.freshDatabase();
  }

  String url() {
    return url;
  }

  Backend open() {
    return open(Map.of());
  }

  /** Settings of one more client. */
  Map<String, String> settings() {
    return Map.of("url", url, "user", server.user(), "password", server.password());
  }

  /** Settings of one more client, one of them changed. */
  Map<String, String> settings(String setting, String value) {
    Map<String, String> all = new HashMap<>(settings());
    all.put(setting, value);
    return all;
  }

  /** Settings of a client that connects to a port of 127.0.0.1 and has little patience. */
  Map<String, String> settingsAt(int port) {
    Map<String, String> all = settings("url", urlAt("127.0.0.1", port));
    all.put("connect-timeout", "1s");
    return all;
  }

  /** Opens a backend with some settings of its own. */
  synchronized Backend open(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings());
    all.putAll(settings);
    PostgresBackendProvider provider = new PostgresBackendProvider();
    Backend backend =
        provider.open(BackendConfig.of("postgres", "client-" + opened.size(), provider, all));
    opened.add(backend);
    return backend;
  }

  /** A backend that connects by another address, for example that of a proxy. */
  Backend openAt(String host, int port, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("url", urlAt(host, port));
    return open(all);
  }

  String urlAt(String host, int port) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, name());
  }

  String name() {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  LockProvider locks() {
    return open().locks().orElseThrow();
  }

  ReadinessStore readiness() {
    return open().readiness().orElseThrow();
  }

  Connection superuser() throws SQLException {
    return server.connectAsSuperuser(url);
  }

  /** The first column of the first row, asked by a superuser. */
  String ask(String sql) {
    try (Connection connection = superuser();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return String.valueOf(result.getString(1));
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Runs statements as a superuser. */
  void run(String sql) {
    try (Connection connection = superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Runs a statement that may wait for others, but not for ever. */
  void runPatiently(String sql) {
    try (Connection connection = superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = '20s'");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Ends the session that holds a lock, as an operator would. */
  void terminateHolder(LockName lock) {
    long key = LockKey.of("autoinit", lock.toString());
    String ended =
        ask(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                + " AND classid = %d AND objid = %d".formatted(key >>> 32, key & 0xffff_ffffL));
    assertThat(ended).isEqualTo("t");
  }

  @Override
  public synchronized void close() {
    opened.forEach(Backend::close);
  }
}
