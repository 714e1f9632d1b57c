package io.autoinit.backend.postgres;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
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

  /** Opens a backend with some settings of its own. */
  synchronized Backend open(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("url", url);
    all.put("user", server.user());
    all.put("password", server.password());
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
  String ask(String sql) throws SQLException {
    try (Connection connection = superuser()) {
      return ask(connection, sql);
    }
  }

  static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return String.valueOf(result.getString(1));
    }
  }

  void run(String sql) throws SQLException {
    try (Connection connection = superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public synchronized void close() {
    opened.forEach(Backend::close);
  }
}
