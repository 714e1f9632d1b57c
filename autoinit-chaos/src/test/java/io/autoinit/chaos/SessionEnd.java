package io.autoinit.chaos;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Ends a session of another process from outside: by a second handle of the same session, which is
 * closed. To its owner that looks like an expiry.
 */
final class SessionEnd {

  private static final int TIMEOUT_MILLIS = 10_000;

  private SessionEnd() {}

  /**
   * Ends the session that an ephemeral node belongs to.
   *
   * @return false if there is no such node, so that nothing was done
   */
  static boolean of(String connect, String node) {
    try {
      CountDownLatch looking = new CountDownLatch(1);
      Optional<Stat> held;
      ZooKeeper look = new ZooKeeper(connect, TIMEOUT_MILLIS, event -> connected(event, looking));
      try {
        await(looking);
        held = Optional.ofNullable(look.exists(node, false));
      } finally {
        look.close();
      }
      if (held.isEmpty()) {
        return false;
      }
      long session = held.get().getEphemeralOwner();
      CountDownLatch taking = new CountDownLatch(1);
      ZooKeeper second =
          new ZooKeeper(
              connect,
              TIMEOUT_MILLIS,
              event -> connected(event, taking),
              session,
              secretOf(session));
      try {
        await(taking);
      } finally {
        second.close();
      }
      return true;
    } catch (IOException | KeeperException | InterruptedException e) {
      throw new IllegalStateException("the session that holds " + node + " goes on", e);
    }
  }

  private static void await(CountDownLatch connected) throws InterruptedException {
    if (!connected.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("ZooKeeper gives no connection");
    }
  }

  private static void connected(WatchedEvent event, CountDownLatch latch) {
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
}
