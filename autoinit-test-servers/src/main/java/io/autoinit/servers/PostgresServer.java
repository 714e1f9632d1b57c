package io.autoinit.servers;

import java.sql.Connection;
import java.sql.SQLException;

/** One Postgres server that keeps its address and its data until it is closed. */
interface PostgresServer extends AutoCloseable {

  /** The superuser, and the name of the database that it connects to. */
  String SUPERUSER = "postgres";

  String host();

  int port();

  String superuserPassword();

  /** Starts, or starts again, and returns when connections work. */
  void start();

  /** Ends every process at once, as a power cut does. */
  void kill();

  /** Stops, disconnecting everybody. */
  void stop();

  /** Makes the next start that of a standby, which never ends its recovery. */
  void makeStandby();

  /** What it is, for the log. */
  String origin();

  @Override
  void close();

  default Connection connectAsSuperuser(String database) throws SQLException {
    String url = "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
    return PostgresUrls.connect(url, SUPERUSER, superuserPassword());
  }
}
