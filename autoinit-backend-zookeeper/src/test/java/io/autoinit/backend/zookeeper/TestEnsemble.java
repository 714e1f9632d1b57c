package io.autoinit.backend.zookeeper;

import io.autoinit.spi.LockName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;

/** One server in this JVM, or three, and what tests do to them behind the back of their clients. */
final class TestEnsemble implements AutoCloseable {

  /** Short, so that sessions end soon. */
  static final int TICK_MILLIS = 500;

  static final String SESSION = "3s";

  private static final int UNLIMITED = 0;

  /** Not whom the JAAS configuration of a test speaks of. */
  private static final ZKClientConfig NOBODY = new ZKClientConfig();

  static {
    NOBODY.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    // Threads that the server starts when it likes would look like threads of a client.
    System.setProperty("zookeeper.nio.numWorkerThreads", "0");
    // What the machine forgets when it is switched off is of no interest here.
    System.setProperty("zookeeper.forceSync", "no");
    System.setProperty("zookeeper.admin.enableServer", "false");
  }

  private static final int STANDARD = -1;

  private final Servers servers;

  private TestEnsemble(Servers servers) {
    this.servers = servers;
  }

  /** What one server and three have in common. */
  private interface Servers {

    String connect();

    /** Of one that is there. */
    int port();

    void stop() throws Exception;

    void restart() throws Exception;

    void close() throws Exception;
  }

  private record One(TestingServer server) implements Servers {

    @Override
    public String connect() {
      return at(port());
    }

    @Override
    public int port() {
      return server.getPort();
    }

    @Override
    public void stop() throws Exception {
      server.stop();
    }

    @Override
    public void restart() throws Exception {
      server.restart();
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }

  private record Three(TestingCluster cluster) implements Servers {

    @Override
    public String connect() {
      return cluster.getConnectString();
    }

    @Override
    public int port() {
      return cluster.getInstances().iterator().next().getPort();
    }

    @Override
    public void stop() throws Exception {
      for (InstanceSpec one : cluster.getInstances()) {
        cluster.killServer(one);
      }
    }

    @Override
    public void restart() throws Exception {
      stop();
      for (InstanceSpec one : cluster.getInstances()) {
        cluster.restartServer(one);
      }
    }

    @Override
    public void close() throws Exception {
      cluster.close();
    }
  }

  static TestEnsemble start() {
    return start(UNLIMITED);
  }

  /** With the limits that a server has if nobody says otherwise. */
  static TestEnsemble startAsStandard() {
    return start(STANDARD);
  }

  static TestEnsemble start(int maxClientCnxns) {
    try {
      return new TestEnsemble(new One(new TestingServer(spec(maxClientCnxns), true)));
    } catch (Exception e) {
      throw new IllegalStateException("the test server did not start", e);
    }
  }

  /** Three servers that are one. */
  static TestEnsemble startThree() {
    try {
      TestingCluster cluster = three();
      cluster.start();
      return new TestEnsemble(new Three(cluster)).answering();
    } catch (Exception e) {
      throw new IllegalStateException("the test servers did not start", e);
    }
  }

  /** Waits until they have found each other. */
  private TestEnsemble answering() {
    boolean answered = Records.soon(this::answers);
    if (!answered) {
      throw new IllegalStateException("the test servers do not answer");
    }
    return this;
  }

  private boolean answers() {
    try {
      return asking(zk -> zk.exists("/", false) != null);
    } catch (IllegalStateException e) {
      return false;
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
    return servers.port();
  }

  String connect() {
    return servers.connect();
  }

  /** How many connections it counts, without the one that asks. */
  int connections() {
    try (Socket socket = new Socket(host(), port())) {
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String count =
          answer
              .lines()
              .filter(line -> line.startsWith("Connections: "))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(answer));
      return Integer.parseInt(count.substring("Connections: ".length())) - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      servers.restart();
    } catch (Exception e) {
      throw new IllegalStateException("the test server did not start again", e);
    }
    answering();
  }

  void stop() {
    try {
      servers.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
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
    try (ZooKeeper zk =
        new ZooKeeper(connect(), 10_000, event -> connected(event, connected), NOBODY)) {
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
      servers.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
