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
  HAZELCAST("Hazelcast", "hz", "hz", "hz", false),
  ZOOKEEPER_REDIS("ZooKeeper + Redis", "zk", "rd", "dir", true),
  HAZELCAST_POSTGRES("Hazelcast + Postgres", "hz", "pg", "dir", false);

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

  /** The backend instance of the infrastructure lock. */
  String locks() {
    return locks;
  }

  /**
   * The backend instance whose records are the evidence: where the lock is, if it keeps a ledger.
   */
  String evidence() {
    return List.of(REDIS_INSTANCE, HAZELCAST_INSTANCE).contains(locks) ? signal : locks;
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
    return !evidence().equals(signal);
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
    return switch (locks) {
      case REDIS_INSTANCE, HAZELCAST_INSTANCE -> Plan.LEASE_TTL;
      case ZOOKEEPER_INSTANCE -> END_OF_A_SESSION;
      default -> Duration.ZERO;
    };
  }
}
