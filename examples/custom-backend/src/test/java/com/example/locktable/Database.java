package com.example.locktable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.tools.Server;

/** A database server of its own process or test, on loopback, with its data in a directory. */
final class Database implements AutoCloseable {

  static final String PASSWORD = "right-password";

  private final Path directory;
  private Server server;

  Database(Path directory) throws SQLException {
    System.setProperty("h2.bindAddress", "127.0.0.1");
    this.directory = directory;
    this.server = serve(0);
  }

  private Server serve(int port) throws SQLException {
    return Server.createTcpServer(
            "-tcpPort", "" + port, "-ifNotExists", "-baseDir", directory.toString())
        .start();
  }

  int port() {
    return server.getPort();
  }

  /** Says also how long to wait for an answer: without it, a silent server is waited for for ever. */
  static String url(int port) {
    return "jdbc:h2:tcp://127.0.0.1:" + port + "/./locks;NETWORK_TIMEOUT=2000";
  }

  void restart() {
    int port = port();
    close();
    try {
      server = serve(port);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void run(String sql) {
    try (Connection connection = DriverManager.getConnection(url(port()), "sa", PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
