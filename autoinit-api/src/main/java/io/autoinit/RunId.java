package io.autoinit;

/**
 * One deployment or build of an application. The infrastructure phase runs once for each run id.
 *
 * @param value 1 to 128 of the characters {@code A-Z a-z 0-9 . _ -}, beginning with a letter or
 *     digit, so that no backend ever sees a path or an injection
 */
public record RunId(String value) {

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the value is not legal; its message is fit for a user
   */
  public RunId {
    Identifiers.check("run id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
