package io.autoinit.examples.shop.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What carries the start of the fleet, as {@code --backend} names it, and how long a leader that
 * was killed is missed with it.
 */
enum Backend {
  POSTGRES_REDIS("postgres+redis", Keeps.NOTHING),
  POSTGRES("postgres", Keeps.NOTHING),
  REDIS("redis", Keeps.A_LEASE),
  HAZELCAST("hazelcast", Keeps.A_LEASE),
  ZOOKEEPER("zookeeper", Keeps.A_SESSION),
  FILE("file", Keeps.NOTHING);

  /** What a store keeps of a process that was killed; the times are the standard ones. */
  private enum Keeps {
    /** The lock is gone with the connection, or with the open file. */
    NOTHING(4, "the lock is free at once, and a leader counts as dead after 4 s of silence"),
    /** Nobody tells the store: the lease runs out. Longer than the silence. */
    A_LEASE(10, "the store keeps the lease of a dead leader for up to 10 s"),
    /** A session of 4 s, ended at the next tick of 2 s. Longer than the silence. */
    A_SESSION(6, "the store keeps the session of a dead leader for 4 to 6 s");

    private final Duration longest;
    private final String reason;

    Keeps(int seconds, String reason) {
      this.longest = Duration.ofSeconds(seconds);
      this.reason = reason;
    }
  }

  /** What a busy machine takes to notice, to get the lock and to begin. */
  private static final Duration SLACK = Duration.ofSeconds(6);

  private final String option;
  private final Keeps keeps;

  Backend(String option, Keeps keeps) {
    this.option = option;
    this.keeps = keeps;
  }

  /** The backend that an option names. */
  static Backend of(String option) {
    return Arrays.stream(values())
        .filter(backend -> backend.option.equals(option))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no backend '%s': choose one of %s"
                        .formatted(
                            option,
                            Arrays.stream(values())
                                .map(backend -> backend.option)
                                .collect(Collectors.joining(", ")))));
  }

  /** Whether the shop's Postgres is one of the stores that carry the start. */
  boolean usesPostgres() {
    return this == POSTGRES_REDIS || this == POSTGRES;
  }

  /** Within which a successor must have begun after a leader was killed. */
  Duration longestTakeover() {
    return keeps.longest.plus(SLACK);
  }

  @Override
  public String toString() {
    return option;
  }

  /** Why it may take so long. */
  String reason() {
    return keeps.reason;
  }
}
