package io.autoinit.cli;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import redis.clients.jedis.RedisClient;

/** Everything that a store holds, so that two moments can be compared. */
final class Contents {

  /** Each lock that is won and each record that is written shows here. */
  private static final List<String> TABLES = List.of("epochs", "readiness", "markers");

  private Contents() {}

  /** Of each file when it was written and what; of each directory when it was changed. */
  static Map<String, String> of(Path top) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    if (!Files.exists(top)) {
      return tree;
    }
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        tree.put(
            path.toString(),
            Files.getLastModifiedTime(path)
                + (Files.isDirectory(path) ? "" : " " + Files.readString(path)));
      }
    }
    return tree;
  }

  /** The rows of autoinit's tables; where waiters take turns is not among them. */
  static Map<String, String> of(TestPostgres postgres, String url) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = postgres.connectAsSuperuser(url);
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        try (ResultSet made =
            statement.executeQuery(
                "SELECT to_regclass('autoinit.%s') IS NOT NULL".formatted(table))) {
          made.next();
          if (!made.getBoolean(1)) {
            continue;
          }
        }
        try (ResultSet row =
            statement.executeQuery(
                "SELECT t.ctid || t::text FROM autoinit.%s t".formatted(table))) {
          while (row.next()) {
            rows.put(table + " " + row.getString(1), table);
          }
        }
        rows.putIfAbsent(table, "there");
      }
    }
    return rows;
  }

  static Map<String, String> of(TestRedis redis) {
    Map<String, String> hashes = new TreeMap<>();
    try (RedisClient client = RedisClient.create(redis.url())) {
      for (String key : client.keys("*")) {
        hashes.put(key, new TreeMap<>(client.hgetAll(key)).toString());
      }
    }
    return hashes;
  }

  /** How many connections of waiters hear hints of a key. */
  static long watchers(TestRedis redis, String key) {
    List<String> answer = ask(redis, "PUBSUB NUMSUB " + key).lines().toList();
    return Long.parseLong(answer.get(answer.size() - 1).substring(1));
  }

  /** What a server answers to a command, as it stands on the wire. */
  static String ask(TestRedis redis, String command) {
    try (var socket = new Socket(redis.host(), redis.port())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
