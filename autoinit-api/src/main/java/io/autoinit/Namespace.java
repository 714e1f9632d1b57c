package io.autoinit;

/**
 * The application being initialised, and the scope of its lock: two runs of one namespace never
 * migrate together.
 *
 * @param value 1 to 128 of the characters {@code A-Z a-z 0-9 . _ -}, beginning with a letter or
 *     digit, so that no backend ever sees a path or an injection
 */
public record Namespace(String value) {

  /** The namespace of whoever names none. */
  public static final Namespace DEFAULT = new Namespace("default");

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the value is not legal; its message is fit for a user
   */
  public Namespace {
    Identifiers.check("namespace", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
