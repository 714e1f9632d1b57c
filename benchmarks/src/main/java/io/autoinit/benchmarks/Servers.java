package io.autoinit.benchmarks;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** The stores of all contenders, and what these say of themselves. For one thread. */
final class Servers implements AutoCloseable {

  /** What the stores count, without the connections by which they are asked. */
  record Counts(
      long postgresConnections,
      long redisConnections,
      long zooKeeperConnections,
      long hazelcastConnections,
      Total total) {}

  /** What only grows. */
  record Total(
      long postgresTransactions, long postgresSessions, long redisRequests, long zooKeeperPackets) {
    Total since(Total before) {
      return new Total(
          postgresTransactions - before.postgresTransactions,
          postgresSessions - before.postgresSessions,
          redisRequests - before.redisRequests,
          zooKeeperPackets - before.zooKeeperPackets);
    }
  }

  private static final String ASK_POSTGRES =
      """
      SELECT (SELECT count(*) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
             sum(xact_commit + xact_rollback), sum(sessions)
        FROM pg_stat_database
       WHERE datname = 'autoinit'
      """;

  static final String HAZELCAST_CLUSTER = "benchmark";

  /**
   * What only scripts call, here and at the peers, and the questions of the observer. GET and SET
   * are called by both, and counted.
   */
  private static final Set<String> CALLED_BY_SCRIPTS =
      Set.of(
          "time", "hmget", "hget", "hset", "hdel", "hincrby", "hexists", "exists", "expire",
          "pexpire", "pttl", "del", "unlink", "publish", "info");

  private final TestPostgres postgres;
  private final TestRedis redis;
  private final TestingServer zooKeeper;
  private final HazelcastInstance hazelcast;
  private final Connection observer;
  private final Socket redisObserver;
  private final List<Long> processes;
  private long asked;

  Servers() throws Exception {
    // Enough for peers that open more connections than a default server has.
    postgres =
        // Passwords are hashed as often as by a server that nobody has set up otherwise.
        TestPostgres.start(Map.of("max_connections", "400", "scram_iterations", "4096"));
    redis = TestRedis.start("maxclients 10000");
    Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1", "maxClientCnxns", "0");
    zooKeeper =
        new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, 2000, 0, loopback), true);
    hazelcast = Hazelcast.newHazelcastInstance(hazelcast());
    // From another database, so that what it asks is not counted.
    observer =
        postgres.connectAsSuperuser(
            "jdbc:postgresql://%s:%d/postgres".formatted(postgres.host(), postgres.port()));
    redisObserver = new Socket(redis.host(), redis.port());
    processes = List.of(postmaster(), number(info("server"), "process_id"));
  }

  TestPostgres postgres() {
    return postgres;
  }

  TestRedis redis() {
    return redis;
  }

  String zooKeeper() {
    return zooKeeper.getConnectString();
  }

  /** One member that nobody joins, on the loopback. */
  private static Config hazelcast() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Config config = new Config().setClusterName(HAZELCAST_CLUSTER);
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.local.localAddress", "127.0.0.1");
    config.getMetricsConfig().setEnabled(false);
    config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    return config;
  }

  String hazelcastAddress() {
    InetSocketAddress address = (InetSocketAddress) hazelcast.getLocalEndpoint().getSocketAddress();
    return "127.0.0.1:" + address.getPort();
  }

  Counts counts() throws Exception {
    try (var statement = observer.createStatement();
        ResultSet row = statement.executeQuery(ASK_POSTGRES)) {
      row.next();
      asked++;
      String clients = info("clients");
      long requests = redisRequests(info("commandstats"));
      Map<String, Long> srvr = srvr();
      return new Counts(
          row.getLong(1),
          number(clients, "connected_clients") - 1,
          srvr.getOrDefault("Connections", 1L) - 1,
          hazelcast.getClientService().getConnectedClients().size(),
          new Total(
              row.getLong(2), row.getLong(3), requests, srvr.getOrDefault("Received", 0L) - asked));
    }
  }

  /** Seconds of CPU that Postgres and Redis have had; ZooKeeper runs in this JVM. */
  double cpuSeconds() throws IOException {
    double ticks = 0;
    for (long process : processes) {
      ticks += ticks(process);
    }
    try (Stream<ProcessHandle> backends =
        ProcessHandle.of(processes.get(0)).stream().flatMap(ProcessHandle::children)) {
      for (ProcessHandle backend : backends.toList()) {
        ticks += ticks(backend.pid());
      }
    }
    return ticks / 100;
  }

  /** Of a process and of those of its children that have ended; 0 for one that has ended itself. */
  private static long ticks(long process) throws IOException {
    Path stat = Path.of("/proc", Long.toString(process), "stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    try {
      String line = Files.readString(stat);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Stream.of(11, 12, 13, 14).mapToLong(i -> Long.parseLong(fields[i])).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  private long postmaster() throws SQLException {
    try (var statement = observer.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return ProcessHandle.of(row.getLong(1))
          .flatMap(ProcessHandle::parent)
          .map(ProcessHandle::pid)
          .orElse(row.getLong(1));
    }
  }

  private String info(String section) throws IOException {
    redisObserver
        .getOutputStream()
        .write(("INFO " + section + "\r\n").getBytes(StandardCharsets.US_ASCII));
    StringBuilder length = new StringBuilder();
    int next;
    while ((next = redisObserver.getInputStream().read()) != '\n') {
      if (next < 0) {
        throw new IOException("Redis closed the connection of the observer");
      }
      length.append((char) next);
    }
    int bytes = Integer.parseInt(length.substring(1).strip());
    byte[] text = redisObserver.getInputStream().readNBytes(bytes + 2);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Redis counts what a script calls like what a client sends. */
  private static long redisRequests(String commandstats) {
    return commandstats
        .lines()
        .filter(line -> line.startsWith("cmdstat_"))
        .map(line -> line.substring("cmdstat_".length()).split(":calls=|,", 3))
        .filter(fields -> !CALLED_BY_SCRIPTS.contains(fields[0]))
        .mapToLong(fields -> Long.parseLong(fields[1]))
        .sum();
  }

  private static long number(String info, String key) {
    return info.lines()
        .filter(line -> line.startsWith(key + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1).strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis does not say its " + key));
  }

  private Map<String, Long> srvr() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), zooKeeper.getPort())) {
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Map<String, Long> numbers = new HashMap<>();
      answer
          .lines()
          .map(line -> line.split(": ", 2))
          .filter(pair -> pair.length == 2 && pair[1].matches("[0-9]+"))
          .forEach(pair -> numbers.put(pair[0], Long.parseLong(pair[1])));
      return numbers;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      observer.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
    redisObserver.close();
    hazelcast.getLifecycleService().terminate();
    postgres.close();
    redis.close();
    zooKeeper.close();
  }
}
