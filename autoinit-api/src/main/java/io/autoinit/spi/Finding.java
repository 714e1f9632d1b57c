package io.autoinit.spi;

import java.util.Optional;

/**
 * One thing that a look at a store found, right or wrong. Never with a secret (BACKEND-7).
 *
 * @param severity how much it matters
 * @param check what was looked at, a stable name for programs: small letters and dashes
 * @param seen what was seen there, one sentence
 * @param remedy a command or a setting that makes it right; empty if nothing needs to be done, or
 *     what was seen says it already
 */
public record Finding(Severity severity, String check, String seen, Optional<String> remedy) {

  /** Checks the name. */
  public Finding {
    if (!check.matches("[a-z][a-z0-9-]{0,31}")) {
      throw new IllegalArgumentException("a check is named by small letters and dashes: " + check);
    }
  }

  /**
   * Something right.
   *
   * @param check what was looked at
   * @param seen what was seen
   * @return the finding
   */
  public static Finding ok(String check, String seen) {
    return new Finding(Severity.OK, check, seen, Optional.empty());
  }

  /**
   * Something to know.
   *
   * @param check what was looked at
   * @param seen what was seen
   * @return the finding
   */
  public static Finding note(String check, String seen) {
    return new Finding(Severity.NOTE, check, seen, Optional.empty());
  }

  /**
   * Something that falls short.
   *
   * @param check what was looked at
   * @param seen what was seen
   * @param remedy the way out
   * @return the finding
   */
  public static Finding warning(String check, String seen, String remedy) {
    return new Finding(Severity.WARNING, check, seen, Optional.of(remedy));
  }

  /**
   * Something wrong.
   *
   * @param check what was looked at
   * @param seen what was seen
   * @param remedy the way out
   * @return the finding
   */
  public static Finding error(String check, String seen, String remedy) {
    return new Finding(Severity.ERROR, check, seen, Optional.of(remedy));
  }

  /**
   * A store that did not serve; the exception's message says the way out.
   *
   * @param e what an operation threw
   * @return an error
   */
  public static Finding of(BackendException e) {
    return new Finding(
        Severity.ERROR,
        e instanceof BackendUnavailableException ? "reachable" : "accepted",
        String.valueOf(e.getMessage()),
        Optional.empty());
  }

  /**
   * What was seen and the way out as one sentence, as {@link Backend#warnings} tells it.
   *
   * @return the sentence
   */
  public String sentence() {
    return remedy.map(way -> seen + ": " + way).orElse(seen);
  }
}
