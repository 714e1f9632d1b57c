package io.autoinit.chaos;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The servers that fleets use one after the other; several lanes do not disturb each other. */
final class Lane implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 5_000;

  private final TestPostgres postgres = TestPostgres.start();
  private final TestRedis redis = TestRedis.start();

  TestPostgres postgres() {
    return postgres;
  }

  TestRedis redis() {
    return redis;
  }

  /** Takes away what other fleets left, those of the same name too. */
  void clean(Plan plan) {
    flush();
    try (Connection connection = postgres.connect(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(plan.name()));
    } catch (SQLException e) {
      throw new IllegalStateException("The schema of an earlier fleet stays", e);
    }
  }

  void flush() {
    command("FLUSHALL");
  }

  /** Sends a command to Redis, whose answer is of no interest. */
  void command(String command) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(redis.host(), redis.port()), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      if (in.read() == '-') {
        throw new IllegalStateException("Redis refused: " + command);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    redis.close();
    postgres.close();
  }
}
