package com.example.locktable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import redis.embedded.RedisServer;

/**
 * Starts the stores of {@code ./run} on loopback: an H2 database server and a real Redis. Says in a
 * file where they are, and ends with its standard input.
 */
final class Stores {

  private Stores() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Path directory = Path.of(arguments[0]);
    Database database = new Database(directory);
    int redisPort = freePort();
    RedisServer redis =
        RedisServer.newRedisServer()
            .port(redisPort)
            .setting("bind 127.0.0.1")
            .setting("save \"\"")
            .setting("maxmemory-policy noeviction")
            .build();
    redis.start();
    try {
      Path told = Files.write(
          directory.resolve("stores.part"),
          List.of("database_port=" + database.port(), "redis_port=" + redisPort));
      Files.move(told, directory.resolve("stores"), StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Until whoever started this is gone.
      }
    } finally {
      redis.stop();
      database.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
