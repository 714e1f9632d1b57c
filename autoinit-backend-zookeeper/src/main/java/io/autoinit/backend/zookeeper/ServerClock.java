package io.autoinit.backend.zookeeper;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the servers, by which they also date what is written (READY-6). A write tells what
 * time it is; between two writes the monotonic clock of this process goes on. Never ahead of the
 * servers, so that nothing seems older than it is. Safe for use by any thread.
 */
final class ServerClock {

  private static final Duration GOOD_FOR = Duration.ofMinutes(1);
  private static final byte[] NOTHING = new byte[0];

  private final ZooKeeperClient client;
  private final String path;
  private volatile @Nullable Reading last;

  /**
   * @param time what the servers' clock showed at the latest
   * @param nanos when the answer came
   */
  private record Reading(Session session, int connection, Instant time, long nanos) {

    boolean good(Session present) {
      return session == present
          && connection == present.connection()
          && System.nanoTime() - nanos < GOOD_FOR.toNanos();
    }
  }

  ServerClock(ZooKeeperClient client) {
    this.client = client;
    this.path = client.path("clock");
  }

  /** About now; exact to the time that a request takes. */
  Instant now(Deadline deadline) {
    Session present = client.connected(deadline);
    Reading reading = last;
    if (reading == null || !reading.good(present)) {
      Instant time = exactly(deadline);
      reading = new Reading(present, present.connection(), time, System.nanoTime());
      last = reading;
    }
    return reading.time().plusNanos(System.nanoTime() - reading.nanos());
  }

  /** What the clock of the servers shows while this runs. */
  Instant exactly(Deadline deadline) {
    List<Op> touch = List.of(Op.setData(path, NOTHING, -1));
    Reply reply = client.write(touch, deadline);
    if (reply.code() == Code.NONODE) {
      client.makeParents(path, deadline);
      client.write(List.of(client.create(path, NOTHING)), deadline);
      reply = client.write(touch, deadline);
    }
    return Instant.ofEpochMilli(reply.stat(0).getMtime());
  }
}
