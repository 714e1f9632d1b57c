package io.autoinit.backend.zookeeper;

import io.autoinit.spi.LockName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** A server in this JVM, and what tests do to it behind the back of its clients. */
final class TestEnsemble implements AutoCloseable {

  /** Short, so that sessions end soon. */
  static final int TICK_MILLIS = 500;

  static final String SESSION = "3s";

  private static final int UNLIMITED = 0;

  static {
    // Threads that the server starts when it likes would look like threads of a client.
    System.setProperty("zookeeper.nio.numWorkerThreads", "0");
    // What the machine forgets when it is switched off is of no interest here.
    System.setProperty("zookeeper.forceSync", "no");
    System.setProperty("zookeeper.admin.enableServer", "false");
  }

  private final TestingServer server;

  private TestEnsemble(TestingServer server) {
    this.server = server;
  }

  static TestEnsemble start() {
    return start(UNLIMITED);
  }

  static TestEnsemble start(int maxClientCnxns) {
    try {
      return new TestEnsemble(new TestingServer(spec(maxClientCnxns), true));
    } catch (Exception e) {
      throw new IllegalStateException("the test server did not start", e);
    }
  }

  private static InstanceSpec spec(int maxClientCnxns) {
    Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1");
    return new InstanceSpec(null, -1, -1, -1, true, -1, TICK_MILLIS, maxClientCnxns, loopback);
  }

  /** Three servers that are one, not yet started. */
  static TestingCluster three() {
    List<InstanceSpec> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      servers.add(spec(UNLIMITED));
    }
    return new TestingCluster(servers);
  }

  String host() {
    return "127.0.0.1";
  }

  int port() {
    return server.getPort();
  }

  String connect() {
    return at(port());
  }

  static String at(int port) {
    return "127.0.0.1:" + port;
  }

  Map<String, String> settings() {
    return Map.of("connect", connect(), "session-timeout", SESSION, "connect-timeout", "20s");
  }

  /** The settings of one whose password is right as long as it is always the same. */
  Map<String, String> as(String password) {
    return Records.with(this, Map.of("root", "/tck", "user", "tck", "password", password));
  }

  /** Servers and clients are of the same jar here. */
  static String version() {
    return "ZooKeeper " + Version.getVersion();
  }

  void restart() {
    try {
      server.restart();
    } catch (Exception e) {
      throw new IllegalStateException("the test server did not start again", e);
    }
  }

  void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes all that autoinit wrote. */
  void flush() {
    asking(
        zk -> {
          if (zk.exists("/autoinit", false) != null) {
            ZKUtil.deleteRecursive(zk, "/autoinit");
          }
          return true;
        });
  }

  /** Ends the session that holds a lock, as the servers do when they hear nothing of it. */
  void expire(LockName lock) {
    long session = asking(zk -> holderOf(zk, lock).getEphemeralOwner());
    try {
      CountDownLatch connected = new CountDownLatch(1);
      ZooKeeper second =
          new ZooKeeper(
              connect(), 2000, event -> connected(event, connected), session, secretOf(session));
      if (!connected.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the second handle of the session got no connection");
      }
      second.close();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void connected(org.apache.zookeeper.WatchedEvent event, CountDownLatch latch) {
    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
      latch.countDown();
    }
  }

  /** What a server gives to a client for its session, and makes again when it asks. */
  private static byte[] secretOf(long session) {
    byte[] secret = new byte[16];
    new Random(session ^ 0XB3415C00L).nextBytes(secret);
    return secret;
  }

  private static Stat holderOf(ZooKeeper zk, LockName lock)
      throws KeeperException, InterruptedException {
    String path =
        lock.node()
            .map(node -> "/autoinit/locks/" + lock.namespace() + "/nodes/" + node)
            .orElse("/autoinit/locks/" + lock.namespace() + "/infrastructure");
    return zk.exists(path + "/holder", false);
  }

  /** A question to the server. */
  interface Question<T> {
    T ask(ZooKeeper zk) throws KeeperException, InterruptedException;
  }

  @SuppressWarnings("try") // Its close may be interrupted, as the rest of this may.
  <T> T asking(Question<T> question) {
    CountDownLatch connected = new CountDownLatch(1);
    try (ZooKeeper zk = new ZooKeeper(connect(), 10_000, event -> connected(event, connected))) {
      if (!connected.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test server does not answer");
      }
      return question.ask(zk);
    } catch (IOException | KeeperException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
