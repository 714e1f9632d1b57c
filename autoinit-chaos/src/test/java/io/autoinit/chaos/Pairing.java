package io.autoinit.chaos;

import java.time.Duration;
import java.util.List;

/** Which stores a fleet runs on. */
enum Pairing {
  POSTGRES_REDIS("Postgres + Redis", "pg", "rd", "dir", true),
  POSTGRES("Postgres", "pg", "pg", "pg", true),
  REDIS("Redis", "rd", "rd", "rd", false),
  FILES("files", "dir", "dir", "dir", true);

  static final String POSTGRES_INSTANCE = "pg";
  static final String REDIS_INSTANCE = "rd";
  static final String FILE_INSTANCE = "dir";

  private static final Duration SOON = Duration.ofSeconds(5);

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

  /** Whether the evidence survives the loss of Redis. */
  boolean remembers() {
    return !locks.equals(REDIS_INSTANCE);
  }

  /** Whether a change is pushed to the waiters. */
  boolean pushes() {
    return signal.equals(REDIS_INSTANCE);
  }

  boolean strong() {
    return strong;
  }

  boolean uses(String instance) {
    return List.of(locks, signal, markers).contains(instance);
  }

  /** Within which time the successor of a killed leader works. */
  Duration takeoverBound() {
    return this == REDIS ? Plan.LEASE_TTL.plus(SOON) : SOON;
  }
}
