package io.autoinit.spi;

/** What a lock promises while servers fail and networks split. */
public enum Guarantee {
  /** At most one valid lease per name, in every fault of the store and of the network. */
  STRONG,
  /**
   * At most one valid lease per name while the store keeps its data; a failover or a split may
   * grant a second one. Stale publishes are refused all the same.
   */
  BEST_EFFORT
}
