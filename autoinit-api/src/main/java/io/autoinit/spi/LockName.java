package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import java.util.Optional;

/**
 * The name of a lock: the infrastructure lock of a namespace, or the lock of one node of it.
 *
 * @param namespace the application
 * @param node the node; empty for the infrastructure lock
 */
public record LockName(Namespace namespace, Optional<NodeId> node) {

  /**
   * The lock of the infrastructure phase.
   *
   * @param namespace the application
   * @return the name
   */
  public static LockName infrastructure(Namespace namespace) {
    return new LockName(namespace, Optional.empty());
  }

  /**
   * The lock of the node phase of one node.
   *
   * @param namespace the application
   * @param node the node
   * @return the name
   */
  public static LockName node(Namespace namespace, NodeId node) {
    return new LockName(namespace, Optional.of(node));
  }

  /**
   * The name as one text. Two different names have different texts; the characters are those of
   * {@link Namespace} and the slash.
   *
   * @return for example {@code shop/infrastructure} or {@code shop/node/web-3}
   */
  @Override
  public String toString() {
    return node.map(id -> namespace + "/node/" + id).orElse(namespace + "/infrastructure");
  }
}
