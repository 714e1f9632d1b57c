package io.autoinit.chaos;

import java.util.List;
import java.util.Set;

/** What is done to a fleet. */
enum Fault {
  CALM("nothing"),
  KILL("SIGKILL of the process that reaches the point"),
  STOP("SIGSTOP of the process that reaches the point, later SIGCONT");

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
      case CALM, KILL, STOP -> List.of(Pairing.values());
    };
  }

  /** With which exit codes a process may end that was not killed. */
  Set<Integer> codes() {
    return switch (this) {
      case CALM, KILL -> Set.of(0);
      case STOP -> Set.of(0, 69, 71);
    };
  }

  /** Whether the fault can take the lock of a node away from a process that works. */
  boolean freesNodeLocks() {
    return false;
  }
}
