package io.autoinit.spi;

/** The parts that a backend can play in a start. */
public enum Role {
  /** {@link Backend#locks()}. */
  LOCKS,
  /** {@link Backend#readiness()}. */
  READINESS,
  /** {@link Backend#markers()}. */
  MARKERS;

  /**
   * The name as users write it.
   *
   * @return {@code locks}, {@code readiness} or {@code markers}
   */
  public String label() {
    return switch (this) {
      case LOCKS -> "locks";
      case READINESS -> "readiness";
      case MARKERS -> "markers";
    };
  }
}
