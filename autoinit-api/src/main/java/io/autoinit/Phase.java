package io.autoinit;

/** The two phases of a start, in their order. */
public enum Phase {
  /** Once per run id for the whole fleet, under a distributed lock; ends with READY. */
  INFRASTRUCTURE,
  /** Once per node and run id, after READY, behind a lock and a marker. */
  NODE;

  /**
   * The name as users write it.
   *
   * @return {@code infrastructure} or {@code node}
   */
  public String label() {
    return this == INFRASTRUCTURE ? "infrastructure" : "node";
  }
}
