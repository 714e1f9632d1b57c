package io.autoinit.examples.shop.fleet;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** A store that can carry the start of a fleet. All listen on loopback alone. */
sealed interface Store extends AutoCloseable {

  /** What it is and where, for people. */
  String place();

  /** What a replica must be told to use it. */
  Map<String, String> environment();

  @Override
  void close();

  /**
   * Locks, the ledger and the signal.
   *
   * @param server from packaged binaries
   */
  record Postgres(TestPostgres server) implements Store {

    static Postgres start() {
      return new Postgres(TestPostgres.start());
    }

    @Override
    public String place() {
      return "Postgres at %s:%d".formatted(server.host(), server.port());
    }

    @Override
    public Map<String, String> environment() {
      return Map.of(
          "AUTOINIT_BACKENDS_POSTGRES_URL", server.jdbcUrl(),
          "AUTOINIT_BACKENDS_POSTGRES_USER", server.user(),
          "AUTOINIT_BACKENDS_POSTGRES_PASSWORD", server.password());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * The signal, and the locks where nothing else has them.
   *
   * @param server from packaged binaries
   */
  record Redis(TestRedis server) implements Store {

    static Redis start() {
      return new Redis(TestRedis.start());
    }

    @Override
    public String place() {
      return "Redis at %s:%d".formatted(server.host(), server.port());
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("AUTOINIT_BACKENDS_REDIS_URL", server.url());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * Locks, the ledger and the signal.
   *
   * @param server in this JVM
   */
  record ZooKeeper(TestingServer server) implements Store {

    private static final int STANDARD_TICK = 2_000;
    private static final int STANDARD_CONNECTIONS = 60;

    static ZooKeeper start() {
      try {
        return new ZooKeeper(
            new TestingServer(
                new InstanceSpec(
                    null,
                    -1,
                    -1,
                    -1,
                    true,
                    -1,
                    STANDARD_TICK,
                    STANDARD_CONNECTIONS,
                    Map.of("clientPortAddress", "127.0.0.1")),
                true));
      } catch (Exception e) {
        throw new IllegalStateException("ZooKeeper does not start", e);
      }
    }

    @Override
    public String place() {
      return "ZooKeeper at " + server.getConnectString();
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("AUTOINIT_BACKENDS_ZOOKEEPER_CONNECT", server.getConnectString());
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException("ZooKeeper does not end", e);
      }
    }
  }

  /**
   * Locks and the signal.
   *
   * @param server a cluster of one member, in this JVM
   */
  record Hazelcast(HazelcastInstance server) implements Store {

    private static final int FIRST_PORT = 15_901;

    static Hazelcast start() {
      Config config =
          new Config()
              // Nobody else's: a second demonstration beside this one has a cluster of its own.
              .setClusterName("shop-" + ProcessHandle.current().pid())
              .setProperty("hazelcast.logging.type", "none")
              .setProperty("hazelcast.phone.home.enabled", "false")
              .setProperty("hazelcast.socket.bind.any", "false")
              // At Ctrl-C the replicas end first.
              .setProperty("hazelcast.shutdownhook.enabled", "false");
      JoinConfig join = config.getNetworkConfig().setPort(FIRST_PORT).getJoin();
      join.getAutoDetectionConfig().setEnabled(false);
      join.getMulticastConfig().setEnabled(false);
      config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
      return new Hazelcast(com.hazelcast.core.Hazelcast.newHazelcastInstance(config));
    }

    private String address() {
      return "127.0.0.1:" + server.getCluster().getLocalMember().getAddress().getPort();
    }

    @Override
    public String place() {
      return "Hazelcast at " + address();
    }

    @Override
    public Map<String, String> environment() {
      return Map.of(
          "AUTOINIT_BACKENDS_HAZELCAST_ADDRESSES", address(),
          "AUTOINIT_BACKENDS_HAZELCAST_CLUSTER_NAME", server.getConfig().getClusterName());
    }

    @Override
    public void close() {
      server.shutdown();
    }
  }

  /**
   * Locks, the ledger and the signal for all processes of this machine. The markers stay on the
   * volumes: in this directory they would make all replicas one node.
   *
   * @param directory what the whole fleet sees
   */
  record Files(Path directory) implements Store {

    @Override
    public String place() {
      return "files in " + directory;
    }

    @Override
    public Map<String, String> environment() {
      return Map.of(
          "AUTOINIT_BACKENDS_FLEET_TYPE", "file",
          "AUTOINIT_BACKENDS_FLEET_MARKER_DIR", directory.toString(),
          "AUTOINIT_LOCKS", "fleet",
          "AUTOINIT_READINESS", "fleet",
          "AUTOINIT_MARKERS", "file");
    }

    @Override
    public void close() {
      // Whoever made the directory removes it.
    }
  }
}
