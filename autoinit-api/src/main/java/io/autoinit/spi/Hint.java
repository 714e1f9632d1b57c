package io.autoinit.spi;

/** What a {@link ReadinessStore#watch watch} tells. */
public enum Hint {
  /** The record may have changed: read it again. */
  CHANGED,
  /**
   * The record was written again by the same holder in the same state, at most the delay of the
   * push channel ago: there is no need to read it. Stores that cannot tell say {@link #CHANGED}, or
   * nothing.
   */
  BEAT
}
