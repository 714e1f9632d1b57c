package io.autoinit.spi;

/** What a {@link ReadinessStore#watch watch} tells. */
public enum Hint {
  /** The record may have changed: read it again. */
  CHANGED,
  /**
   * The record was written again by the same holder in the same state, at most the delay of the
   * push channel ago: there is no need to read it. A leader that works at another step is in the
   * same state. Stores that cannot tell say {@link #CHANGED}, or nothing.
   */
  BEAT,
  /**
   * READY was written over the record that this client has read last, or over a heartbeat of that:
   * there is no need to read it, for READY stands (READY-3). Never said of anything else; stores
   * that cannot tell over what it was written say {@link #CHANGED}.
   */
  READY
}
