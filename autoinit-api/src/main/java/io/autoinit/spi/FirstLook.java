package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be found of any store: whether it can be read, and its warnings. */
final class FirstLook {

  private static final RunId NOBODY = new RunId("nobody-looks-here");

  private FirstLook() {}

  static List<Finding> at(Backend backend) {
    try {
      read(backend);
      List<Finding> findings = new ArrayList<>(List.of(Finding.ok("reachable", "it answers")));
      for (String warning : backend.warnings()) {
        findings.add(new Finding(Severity.WARNING, "warning", warning, Optional.empty()));
      }
      return List.copyOf(findings);
    } catch (BackendException e) {
      return List.of(Finding.of(e));
    }
  }

  /** Reads what nobody wrote, by whichever facet there is. */
  private static void read(Backend backend) {
    Optional<ReadinessStore> readiness = backend.readiness();
    Optional<MarkerStore> markers = backend.markers();
    if (readiness.isPresent()) {
      var unused = readiness.get().find(new RunKey(Namespace.DEFAULT, NOBODY));
    } else if (markers.isPresent()) {
      var unused =
          markers.get().find(new MarkerKey(Namespace.DEFAULT, new NodeId("nobody"), NOBODY));
    } else {
      backend.locks().ifPresent(locks -> locks.holder(LockName.infrastructure(Namespace.DEFAULT)));
    }
  }
}
