package io.autoinit.chaos;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** The servers that fleets use one after the other; several lanes do not disturb each other. */
final class Lane implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 5_000;

  private final TestPostgres postgres = TestPostgres.start();
  private final TestRedis redis = TestRedis.start();
  private final TestingServer zookeeper = startZooKeeper();
  private final int hazelcastPort = freePort();
  private final String cluster = "chaos-" + UUID.randomUUID();
  private volatile HazelcastInstance hazelcast = startHazelcast(cluster, hazelcastPort);

  TestPostgres postgres() {
    return postgres;
  }

  TestRedis redis() {
    return redis;
  }

  TestingServer zookeeper() {
    return zookeeper;
  }

  /** The name of the cluster of Hazelcast. */
  String cluster() {
    return cluster;
  }

  void stopZooKeeper() {
    try {
      zookeeper.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It comes back with its data and its sessions. */
  void restartZooKeeper() {
    try {
      zookeeper.restart();
    } catch (Exception e) {
      throw new IllegalStateException("ZooKeeper does not start again", e);
    }
  }

  /**
   * Ends the session that holds the lock of a fleet, as if it had been silent for too long.
   *
   * @return false if none does
   */
  boolean expireSession(Plan plan) {
    String lock = "/autoinit/locks/%s/infrastructure/holder".formatted(plan.name());
    return SessionEnd.of(zookeeper.getConnectString(), lock);
  }

  void killHazelcast() {
    hazelcast.getLifecycleService().terminate();
  }

  void restartHazelcast() {
    hazelcast = startHazelcast(cluster, hazelcastPort);
  }

  /** Where the member listens, which is not what it tells its clients. */
  int hazelcastPort() {
    return hazelcastPort;
  }

  /** With the limits and the tick of a server that nobody has set up. */
  private static TestingServer startZooKeeper() {
    try {
      Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1");
      return new TestingServer(
          new InstanceSpec(null, -1, -1, -1, true, -1, 2000, 60, loopback), true);
    } catch (Exception e) {
      throw new IllegalStateException("ZooKeeper does not start", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One member, which tells clients an address that leads nowhere: none walks round a proxy. */
  private static HazelcastInstance startHazelcast(String cluster, int port) {
    Config config =
        new Config()
            .setClusterName(cluster)
            .setProperty("hazelcast.logging.type", "none")
            .setProperty("hazelcast.phone.home.enabled", "false")
            .setProperty("hazelcast.shutdownhook.enabled", "false");
    config.getNetworkConfig().setPort(port).setPublicAddress("127.0.0.1:1");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    return Hazelcast.newHazelcastInstance(config);
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
    hazelcast.getLifecycleService().terminate();
    try {
      zookeeper.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    redis.close();
    postgres.close();
  }
}
