package io.autoinit.benchmarks;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import redis.clients.jedis.RedisClient;

/**
 * A lock that is got and given back by the client library alone, with as many round trips of the
 * same kind as the backend has: what a lease costs beyond it is what autoinit adds.
 */
interface RawClient {

  void acquireAndRelease() throws Exception;

  void close() throws Exception;

  /** To the servers that {@link Micro} has started. */
  static RawClient of(String store) throws Exception {
    return switch (store) {
      case "redis" -> new Redis();
      case "postgres" -> new Postgres();
      case "zookeeper" -> new ZooKeepers();
      case "hazelcast" -> new Grid();
      case "file" -> new RawFiles();
      default -> throw new IllegalArgumentException(store);
    };
  }

  /**
   * A locked file; under a guard a number that is forced to the disk; a file that names the holder.
   */
  final class RawFiles implements RawClient {

    private static final ByteBuffer TEXT =
        ByteBuffer.wrap("a number or a name\n".getBytes(StandardCharsets.US_ASCII));

    private final Path directory;

    RawFiles() throws IOException {
      directory = Files.createTempDirectory("autoinit-benchmark");
    }

    private FileChannel locked(String name) throws IOException {
      FileChannel channel =
          FileChannel.open(
              directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw new IOException("the lock is held");
      }
      channel.truncate(0);
      channel.write(TEXT.duplicate());
      return channel;
    }

    private void moved(String from, String to) throws IOException {
      Files.move(
          directory.resolve(from),
          directory.resolve(to),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void acquireAndRelease() throws IOException {
      FileChannel lock = locked("lock");
      FileChannel guard = locked("guard");
      Files.readAllBytes(directory.resolve("lock"));
      FileChannel token = locked("token.tmp");
      token.force(true);
      token.close();
      moved("token.tmp", "token");
      try (FileChannel whole = FileChannel.open(directory, StandardOpenOption.READ)) {
        whole.force(true);
      }
      guard.close();
      FileChannel holder = locked("holder.tmp");
      moved("holder.tmp", "holder");
      holder.close();
      lock.close();
    }

    @Override
    public void close() throws IOException {
      FleetBenchmark.delete(directory);
    }
  }

  /** Two scripts, those of the backend. */
  final class Redis implements RawClient {

    private final RedisClient client = RedisClient.create(Micro.setting("redis.url"));
    private final String acquire = client.scriptLoad(text("lock-acquire.lua"));
    private final String release = client.scriptLoad(text("lock-release.lua"));

    private static String text(String script) {
      String path = "/io/autoinit/backend/redis/" + script;
      try (InputStream in = RawClient.class.getResourceAsStream(path)) {
        return new String(
            java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void acquireAndRelease() {
      List<String> keys = List.of("raw");
      String holder = UUID.randomUUID().toString();
      client.evalsha(acquire, keys, List.of(holder, "client", "10000000", "60000"));
      client.evalsha(release, keys, List.of(holder));
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** A connection that holds the advisory lock, and one beside it that counts the epoch. */
  final class Postgres implements RawClient {

    private final Properties properties = new Properties();

    Postgres() throws SQLException {
      properties.setProperty("user", Micro.setting("postgres.user"));
      properties.setProperty("password", Micro.setting("postgres.password"));
      properties.setProperty("preferQueryMode", "simple");
      properties.setProperty("assumeMinServerVersion", "9.0");
      try (Connection connection = connect()) {
        ask(connection, "CREATE TABLE IF NOT EXISTS raw (scope text PRIMARY KEY, epoch bigint)");
      }
    }

    private Connection connect() throws SQLException {
      return DriverManager.getConnection(Micro.setting("postgres.url"), properties);
    }

    private static void ask(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        boolean rows = statement.execute(sql);
        while (rows || statement.getUpdateCount() >= 0) {
          if (rows) {
            try (ResultSet result = statement.getResultSet()) {
              result.next();
            }
          }
          rows = statement.getMoreResults();
        }
      }
    }

    @Override
    public void acquireAndRelease() throws SQLException {
      try (Connection holding = connect()) {
        ask(holding, "BEGIN; SELECT pg_try_advisory_xact_lock(4711)");
        try (Connection beside = connect()) {
          ask(
              beside,
              "BEGIN; INSERT INTO raw AS r VALUES ('raw', 1) ON CONFLICT (scope) DO UPDATE SET epoch = r.epoch + 1 RETURNING epoch");
          ask(holding, "SELECT 1");
          ask(beside, "COMMIT");
          ask(holding, "ROLLBACK");
        }
      }
    }

    @Override
    public void close() {}
  }

  /** The clock, the lock's node, the lease, its end: each a request that waits for its answer. */
  final class ZooKeepers implements RawClient {

    private final String lock = "/raw-" + UUID.randomUUID();
    private final ZooKeeper client;

    ZooKeepers() throws Exception {
      CountDownLatch connected = new CountDownLatch(1);
      client =
          new ZooKeeper(
              Micro.setting("zookeeper.connect"),
              4_000,
              event -> {
                if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                  connected.countDown();
                }
              });
      connected.await();
      for (String path : List.of(lock, lock + "-clock")) {
        client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      }
    }

    @Override
    public void acquireAndRelease() throws Exception {
      CountDownLatch synced = new CountDownLatch(1);
      client.sync(lock, (code, path, context) -> synced.countDown(), "");
      client.multi(List.of(Op.getChildren(lock), Op.getData(lock)));
      synced.await();
      client.setData(lock + "-clock", new byte[0], -1);
      String own = lock + "/" + UUID.randomUUID();
      client.multi(
          List.of(
              Op.setData(lock, new byte[16], -1),
              Op.create(lock + "/holder", new byte[16], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL),
              Op.create(own, new byte[16], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL)));
      client.multi(
          List.of(Op.delete(own, -1), Op.check(lock, -1), Op.delete(lock + "/holder", -1)));
    }

    @Override
    public void close() throws InterruptedException {
      client.close();
    }
  }

  /** The clock, a read and a swap; a read and a swap. */
  final class Grid implements RawClient {

    private final HazelcastInstance client;
    private final IMap<String, String> map;

    Grid() {
      ClientConfig config = new ClientConfig().setClusterName(Micro.setting("hazelcast.cluster"));
      config.setProperty("hazelcast.logging.type", "none");
      config.getNetworkConfig().addAddress(Micro.setting("hazelcast.address"));
      config.addFlakeIdGeneratorConfig(
          new com.hazelcast.client.config.ClientFlakeIdGeneratorConfig("raw").setPrefetchCount(1));
      client = HazelcastClient.newHazelcastClient(config);
      map = client.getMap("raw");
      map.put("raw", "free");
    }

    @Override
    public void acquireAndRelease() {
      long now = client.getFlakeIdGenerator("raw").newId();
      String held = now + " held";
      String free = now + " free";
      if (!map.replace("raw", map.get("raw"), held) || !held.equals(map.get("raw"))) {
        throw new IllegalStateException("somebody else is here");
      }
      map.replace("raw", held, free);
    }

    @Override
    public void close() {
      client.shutdown();
    }
  }
}
