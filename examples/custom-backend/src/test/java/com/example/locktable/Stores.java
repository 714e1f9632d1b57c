package com.example.locktable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import org.h2.tools.Server;
import redis.embedded.RedisServer;

/**
 * Starts the stores of {@code ./run} on loopback: an H2 database server and a real Redis. Says in a
 * file where they are, and ends with its standard input.
 */
final class Stores {

  private Stores() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Path directory = Path.of(arguments[0]);
    System.setProperty("h2.bindAddress", "127.0.0.1");
    Server database =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
            .start();
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
          List.of("database_port=" + database.getPort(), "redis_port=" + redisPort));
      Files.move(told, directory.resolve("stores"), StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Until whoever started this is gone.
      }
    } finally {
      redis.stop();
      database.stop();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
