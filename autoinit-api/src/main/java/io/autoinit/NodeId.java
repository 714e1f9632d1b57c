package io.autoinit;

/**
 * A container, or a group of containers that share a marker store. The node phase runs once for
 * each node and run id.
 *
 * @param value 1 to 128 of the characters {@code A-Z a-z 0-9 . _ -}, beginning with a letter or
 *     digit, so that no backend ever sees a path or an injection
 */
public record NodeId(String value) {

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the value is not legal; its message is fit for a user
   */
  public NodeId {
    Identifiers.check("node id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
