package io.autoinit.servers;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.ContainerFetchException;

/**
 * A real Postgres server for tests and examples, with a user that is no superuser and needs its
 * password. It keeps its address and data over {@link #stop}, {@link #kill} and {@link #restart}.
 * Whatever still runs at the end of the JVM is ended then. Safe for use by any thread.
 *
 * <p>The image of the Docker way is {@code -Dautoinit.test.postgres.image}, by default {@code
 * postgres:17-alpine}; see {@link ServerChoice} for the choice.
 */
public final class TestPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TestPostgres.class);
  private static final String USER = "autoinit";
  private static final String PASSWORD = "s3cret-of-the-tests";
  private static final String DATABASE = "autoinit";

  /** How often a password is hashed when it is set, and so for each connection. */
  private static final String HASHINGS = "scram_iterations";

  private static final Set<TestPostgres> OPEN = ConcurrentHashMap.newKeySet();
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable TestPostgres shared;

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> OPEN.forEach(TestPostgres::close), "end-of-test-postgres"));
  }

  private final PostgresServer server;

  private TestPostgres(PostgresServer server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @return the server, to be closed by the caller
   */
  public static TestPostgres start() {
    return start(Map.of());
  }

  /**
   * Starts a server with settings of its own.
   *
   * @param settings for example {@code max_connections=20}
   * @return the server, to be closed by the caller
   */
  public static TestPostgres start(Map<String, String> settings) {
    long begun = System.nanoTime();
    PostgresServer server = startServer(settings);
    TestPostgres postgres = new TestPostgres(server);
    OPEN.add(postgres);
    postgres.createUser(settings.containsKey(HASHINGS));
    LOG.info(
        "Postgres from {} at {}:{}, up in {} ms",
        server.origin(),
        server.host(),
        server.port(),
        (System.nanoTime() - begun) / 1_000_000);
    return postgres;
  }

  private static PostgresServer startServer(Map<String, String> settings) {
    if (ServerChoice.current() == ServerChoice.DOCKER) {
      try {
        return started(new ContainerPostgresServer(settings));
      } catch (ContainerFetchException e) {
        if (!ServerChoice.isFree()) {
          throw e;
        }
        LOG.info(
            "The image {} is not to be had, so Postgres comes from packaged binaries: {}",
            ContainerPostgresServer.IMAGE,
            e.getMessage());
      }
    }
    return started(new EmbeddedPostgresServer(settings));
  }

  private static PostgresServer started(PostgresServer server) {
    try {
      server.start();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void createUser(boolean asTheServerHashes) {
    try (Connection connection = server.connectAsSuperuser(PostgresServer.SUPERUSER);
        Statement statement = connection.createStatement()) {
      if (!asTheServerHashes) {
        // A password of the tests need not be hard to guess; each connection would pay for it.
        statement.execute(
            "SELECT set_config(name, '1', false) FROM pg_settings WHERE name = '%s'"
                .formatted(HASHINGS));
      }
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(USER, PASSWORD));
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(DATABASE, USER));
    } catch (SQLException e) {
      throw new IllegalStateException("The user of the tests was not created", e);
    }
  }

  /**
   * One server for all tests of this JVM that do not hurt it. It ends with the JVM.
   *
   * @return the server; not to be stopped or closed
   */
  public static synchronized TestPostgres shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /**
   * The URL of the database that is there from the start.
   *
   * @return a JDBC URL without user and password
   */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
  }

  /**
   * Makes an empty database that belongs to {@link #user()}.
   *
   * @return its JDBC URL without user and password
   */
  public String freshDatabase() {
    String name =
        "fresh_%d_%d".formatted(ProcessHandle.current().pid(), DATABASES.incrementAndGet());
    try (Connection connection = server.connectAsSuperuser(PostgresServer.SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(name, USER));
    } catch (SQLException e) {
      throw new IllegalStateException("No database was made", e);
    }
    return jdbcUrl(name);
  }

  /**
   * Where the server listens.
   *
   * @return the host
   */
  public String host() {
    return server.host();
  }

  /**
   * Where the server listens, the same for its whole life.
   *
   * @return the port
   */
  public int port() {
    return server.port();
  }

  /**
   * A user that owns the databases and is no superuser.
   *
   * @return the name
   */
  public String user() {
    return USER;
  }

  /**
   * The password that the server asks {@link #user()} for.
   *
   * @return the password
   */
  public String password() {
    return PASSWORD;
  }

  /**
   * Opens a connection as {@link #user()}.
   *
   * @param jdbcUrl a database of this server
   * @return the connection, to be closed by the caller
   * @throws SQLException if the server refuses
   */
  public Connection connect(String jdbcUrl) throws SQLException {
    return PostgresUrls.connect(jdbcUrl, USER, PASSWORD);
  }

  /**
   * Opens a connection as superuser.
   *
   * @param jdbcUrl a database of this server
   * @return the connection, to be closed by the caller
   * @throws SQLException if the server refuses
   */
  public Connection connectAsSuperuser(String jdbcUrl) throws SQLException {
    return PostgresUrls.connect(jdbcUrl, PostgresServer.SUPERUSER, server.superuserPassword());
  }

  /** Stops the server, disconnecting everybody. Its data stay. */
  public void stop() {
    server.stop();
  }

  /** Ends every process of the server at once, as a power cut does. Its data stay. */
  public void kill() {
    server.kill();
  }

  /** Starts the server again, at the same address and with the same data. */
  public void restart() {
    server.stop();
    server.start();
  }

  /** Starts the server again as a standby, which stays in recovery and takes no writes. */
  public void restartAsStandby() {
    server.makeStandby();
    restart();
  }

  /** Ends the server and removes its data. Idempotent. */
  @Override
  public void close() {
    if (OPEN.remove(this)) {
      server.close();
    }
  }
}
