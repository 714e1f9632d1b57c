package io.autoinit.core;

import io.autoinit.core.protocol.Texts;
import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Pace;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Guarantee;
import java.time.Duration;
import java.util.Optional;

/** What falls short in who plays which role; said at a start and by a diagnosis alike. */
final class Placement {

  private Placement() {}

  static Optional<Finding> ofGuarantee(BackendInstance locks, Guarantee guarantee) {
    return guarantee == Guarantee.STRONG
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "lock-guarantee",
                "The locks of '%s' are best effort: a failover may let two leaders run at once for a moment"
                    .formatted(locks.name()),
                "a strong lock backend (postgres, zookeeper) as autoinit.locks prevents it"));
  }

  /**
   * Who relies on a store: whoever does must keep its lease for longer than that may stand still.
   */
  enum Reliant {
    /** On the lock, and on the record that proves it: in the ledger, else in the signal. */
    LEADER("a leader"),
    /** On the lock of the node phase, which is kept where the markers are. */
    NODE("a node at work");

    private final String label;

    Reliant(String label) {
      this.label = label;
    }
  }

  static Optional<Finding> ofStandstill(
      BackendInstance instance, Duration still, Pace pace, Reliant reliant) {
    if (still.isZero() || pace.validity().minus(pace.heartbeat()).compareTo(still) > 0) {
      return Optional.empty();
    }
    Duration delay = longer(still.multipliedBy(2), holding(still, pace));
    Duration ttl = longer(delay.multipliedBy(2), pace.leaseTtl());
    return Optional.of(
        Finding.warning(
            "standstill",
            "'%s' answers nobody for %s when one of its members stands still, and %s keeps its lease for %s without an answer: it may end with 71 where another member stood still"
                .formatted(
                    instance.name(), Texts.of(still), reliant.label, Texts.of(pace.validity())),
            "set autoinit.takeover-delay = %ds and autoinit.lease-ttl = %ds"
                .formatted(delay.toSeconds(), ttl.toSeconds())));
  }

  /** The shortest takeover delay, with a second to spare, of which enough is left for a leader. */
  private static Duration holding(Duration still, Pace pace) {
    Duration least = still.plus(pace.heartbeat()).plus(pace.cancelGrace());
    return Duration.ofSeconds(least.multipliedBy(10).dividedBy(9).toSeconds() + 2);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  static Optional<Finding> ofReadiness(BackendInstance readiness, BackendInstance locks) {
    return isFiles(readiness) && !isFiles(locks)
        ? Optional.of(
            Finding.warning(
                "readiness-place",
                "Readiness is kept in files while the lock is kept in '%s': members on other machines do not see it"
                    .formatted(locks.name()),
                "set autoinit.readiness to a store that all of them see, for example autoinit.readiness = %s"
                    .formatted(locks.name())))
        : Optional.empty();
  }

  private static boolean isFiles(BackendInstance instance) {
    return instance.provider().type().equals(BackendInstance.FILE);
  }
}
