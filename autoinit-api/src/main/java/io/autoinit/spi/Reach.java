package io.autoinit.spi;

/** Who sees a {@link MarkerStore}. */
public enum Reach {
  /** The whole fleet: node ids tell the nodes apart. */
  FLEET,
  /** One node: whoever sees the store belongs to the node, whatever its host is called. */
  NODE
}
