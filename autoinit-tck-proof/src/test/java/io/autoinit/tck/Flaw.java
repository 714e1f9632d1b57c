package io.autoinit.tck;

import java.util.Set;

/** One way to get a backend wrong, and the rules that must find it out: these and no others. */
enum Flaw {
  NONE,
  THREAD_LEFT_AFTER_CLOSE("BACKEND-2"),
  LEASES_KEPT_AFTER_CLOSE("BACKEND-2"),
  TYPE_NOT_REGISTERED("BACKEND-1"),
  ROLES_OVERSTATED("BACKEND-1"),

  LOCK_REENTRANT_FOR_ITS_CLIENT("LOCK-1", "LOCK-2"),
  LOCK_TAKEN_IN_TWO_STEPS("LOCK-1"),
  TOKEN_CONSTANT("LOCK-2"),
  TOKEN_RESTARTS_WITH_EACH_CLIENT("LOCK-2"),
  ACQUIRE_WAITS_FOR_THE_HOLDER("LOCK-3"),
  GHOST_AFTER_AN_INTERRUPT("LOCK-4"),
  RENEW_REVIVES("LOCK-6"),
  CLOSE_RELEASES_ANOTHERS("LOCK-1", "LOCK-7", "BACKEND-2"),
  LOCK_NAMES_IGNORE_CASE("LOCK-8"),

  EACH_CLIENT_READS_ITS_OWN(
      "READY-1",
      "READY-2",
      "READY-3",
      "READY-5",
      "READY-6",
      "READY-7",
      "READY-8",
      "READY-9",
      "READY-10"),
  NO_FENCING("READY-2", "READY-9"),
  CLEAR_FORGETS_THE_FENCE("READY-2", "READY-9"),
  READY_OVERWRITTEN("READY-3"),
  RUNS_OF_NAMESPACES_MIXED("READY-4"),
  HINTS_LOST("READY-5"),
  AGE_OF_THE_FIRST_WRITE("READY-6"),
  NOT_AS_DURABLE_AS_SAID("READY-7"),
  LONG_TEXTS_REFUSED("READY-8"),
  UNICODE_LOST("READY-8"),
  CLAIM_IN_TWO_STEPS("READY-9"),
  CLAIM_OVER_READY("READY-9"),
  CLAIM_LOWERS_THE_FENCE("READY-9"),
  REVISION_OF_THE_CONTENT("READY-9", "READY-10"),
  EXPECTATION_IGNORED("READY-10"),
  PUBLISH_IN_TWO_STEPS("READY-10"),

  MARKER_IN_TWO_STEPS("MARK-1"),
  MARKERS_OF_NODES_MIXED("MARK-2"),
  MARKER_OF_TWO_WRITERS("MARK-3");

  private final String found;

  Flaw(String... found) {
    this.found = String.join(" ", found);
  }

  /** The ids of the rules that are broken. */
  Set<String> found() {
    return found.isEmpty() ? Set.of() : Set.of(found.split(" ", -1));
  }
}
