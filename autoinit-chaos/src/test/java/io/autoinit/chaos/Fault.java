package io.autoinit.chaos;

import static io.autoinit.chaos.Pairing.FILES;
import static io.autoinit.chaos.Pairing.HAZELCAST;
import static io.autoinit.chaos.Pairing.HAZELCAST_POSTGRES;
import static io.autoinit.chaos.Pairing.POSTGRES;
import static io.autoinit.chaos.Pairing.POSTGRES_REDIS;
import static io.autoinit.chaos.Pairing.REDIS;
import static io.autoinit.chaos.Pairing.ZOOKEEPER;
import static io.autoinit.chaos.Pairing.ZOOKEEPER_REDIS;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is done to a fleet. */
enum Fault {
  CALM("nothing"),
  KILL("SIGKILL at any point"),
  STOP("SIGSTOP at any point, later SIGCONT"),
  COMMAND("SIGSTOP while a command of the leader works"),
  POSTGRES_KILLED("Postgres killed while the leader works, later started again"),
  REDIS_KILLED("Redis killed while the leader works, later started again, empty"),
  ZOOKEEPER_STOPPED("ZooKeeper stopped while the leader works, later started again"),
  SESSION_EXPIRED("the leader's session with ZooKeeper ended by the server"),
  HAZELCAST_KILLED("Hazelcast killed while the leader works, later started again, empty"),
  FLUSHED("FLUSHALL while the leader works"),
  FORGOTTEN("FLUSHALL, or Redis killed and started, after READY; then new nodes"),
  CUT("the leader's connections cut"),
  BLACK_HOLE("the leader's network lost in silence"),
  NO_PUSH("every subscription ended, again and again"),
  FULL_DISK("the disk of the files full for a while"),
  READ_ONLY("the directory of the files read-only at first"),
  STUBBORN("the leader's network lost under a step that ignores interrupts"),
  FAILING("a step that fails; then a second start, in which it does not");

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The pairings that it is tried on. */
  List<Pairing> pairings() {
    return switch (this) {
      case CALM, KILL, STOP, COMMAND, FAILING -> List.of(Pairing.values());
      case POSTGRES_KILLED -> List.of(POSTGRES_REDIS, POSTGRES, HAZELCAST_POSTGRES);
      case REDIS_KILLED, FLUSHED, NO_PUSH -> List.of(POSTGRES_REDIS, REDIS, ZOOKEEPER_REDIS);
      case ZOOKEEPER_STOPPED, SESSION_EXPIRED -> List.of(ZOOKEEPER, ZOOKEEPER_REDIS);
      case HAZELCAST_KILLED -> List.of(HAZELCAST, HAZELCAST_POSTGRES);
      case FORGOTTEN -> List.of(POSTGRES_REDIS, ZOOKEEPER_REDIS);
      case CUT, BLACK_HOLE, STUBBORN ->
          Stream.of(Pairing.values()).filter(pairing -> pairing != FILES).toList();
      case FULL_DISK, READ_ONLY -> List.of(POSTGRES_REDIS, FILES);
    };
  }

  /** With which exit codes a process may end that was not killed. */
  Set<Integer> codes() {
    return switch (this) {
      case CALM, KILL, FORGOTTEN, NO_PUSH -> Set.of(0);
      case STOP,
          COMMAND,
          POSTGRES_KILLED,
          REDIS_KILLED,
          ZOOKEEPER_STOPPED,
          SESSION_EXPIRED,
          HAZELCAST_KILLED,
          FLUSHED,
          CUT,
          BLACK_HOLE,
          STUBBORN,
          FULL_DISK ->
          Set.of(0, 69, 71);
      case READ_ONLY -> Set.of(0, 69, 78);
      case FAILING -> Set.of(0, 70);
    };
  }

  /** Whether the fault can take the lock of a node away from a process that works. */
  boolean freesNodeLocks() {
    return Set.of(POSTGRES_KILLED, ZOOKEEPER_STOPPED, HAZELCAST_KILLED, CUT, BLACK_HOLE, STUBBORN)
        .contains(this);
  }

  /** Whether it is done to the network of a node. */
  boolean needsProxies() {
    return this == CUT || this == BLACK_HOLE || this == STUBBORN;
  }

  /** Whether it is done to the file system. */
  boolean needsVolume() {
    return this == FULL_DISK || this == READ_ONLY;
  }
}
