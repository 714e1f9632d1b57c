package io.autoinit.core;

import io.autoinit.core.settings.BackendInstance;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.LockProvider;
import java.util.Optional;

/** What falls short in who plays which role; said at a start and by a diagnosis alike. */
final class Placement {

  private Placement() {}

  static Optional<Finding> ofGuarantee(BackendInstance locks, LockProvider provider) {
    return provider.guarantee() == Guarantee.STRONG
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "lock-guarantee",
                "The locks of '%s' are best effort: a failover may let two leaders run at once for a moment"
                    .formatted(locks.name()),
                "a strong lock backend (postgres, zookeeper) as autoinit.locks prevents it"));
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
