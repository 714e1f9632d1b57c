package io.autoinit.chaos;

import java.time.Duration;
import java.util.List;

/** Which stores a fleet runs on. */
enum Pairing {
  POSTGRES_REDIS("Postgres + Redis", "pg", "rd", "dir", true),
  POSTGRES("Postgres", "pg", "pg", "pg", true),
  REDIS("Redis", "rd", "rd", "rd", false),
  FILES("files", "dir", "dir", "dir", true),
  ZOOKEEPER("ZooKeeper", "zk", "zk", "zk", true),
  HAZELCAST("Hazelcast", "hz", "hz", "hz", false);

  static final String POSTGRES_INSTANCE = "pg";
  static final String REDIS_INSTANCE = "rd";
  static final String FILE_INSTANCE = "dir";
  static final String ZOOKEEPER_INSTANCE = "zk";
  static final String HAZELCAST_INSTANCE = "hz";

  private static final Duration SOON = Duration.ofSeconds(5);

  /** The standard timeout of a session and a tick of a standard server, which rounds it up. */
  private static final Duration END_OF_A_SESSION = Duration.ofSeconds(6);

  private final String title;
  private final String locks;
  private final String signal;
  private final String markers;
  private final boolean strong;

  Pairing(String title, String locks, String signal, String markers, boolean strong) {
    this.title = title;
    this.locks = locks;
    this.signal = signal;
    this.markers = markers;
    this.strong = strong;
  }

  String title() {
    return title;
  }

  /** The backend instance of the infrastructure lock; its records are the evidence. */
  String locks() {
    return locks;
  }

  String signal() {
    return signal;
  }

  /** The backend instance of the markers, and of the nodes' locks. */
  String markers() {
    return markers;
  }

  /** Whether the evidence is kept apart from the signal. */
  boolean hasLedger() {
    return !locks.equals(signal);
  }

  /** Whether the evidence survives a start of its store anew. */
  boolean remembers() {
    return !List.of(REDIS_INSTANCE, HAZELCAST_INSTANCE).contains(locks);
  }

  /** Whether a change is pushed to the waiters. */
  boolean pushes() {
    return List.of(REDIS_INSTANCE, ZOOKEEPER_INSTANCE, HAZELCAST_INSTANCE).contains(signal);
  }

  boolean strong() {
    return strong;
  }

  boolean uses(String instance) {
    return List.of(locks, signal, markers).contains(instance);
  }

  /** Within which time the successor of a killed leader works. */
  Duration takeoverBound() {
    return outlives().plus(SOON);
  }

  /** How long the store keeps the lock of a killed process, by its own clock. */
  Duration outlives() {
    return switch (this) {
      case REDIS, HAZELCAST -> Plan.LEASE_TTL;
      case ZOOKEEPER -> END_OF_A_SESSION;
      case POSTGRES_REDIS, POSTGRES, FILES -> Duration.ZERO;
    };
  }
}
