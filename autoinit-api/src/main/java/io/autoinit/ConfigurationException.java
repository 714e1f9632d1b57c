package io.autoinit;

import java.util.List;

/**
 * The configuration cannot be used. It carries every problem that was found, not only the first.
 */
public final class ConfigurationException extends AutoInitException {

  private static final long serialVersionUID = 1L;

  /** All problems, as a serializable list. */
  private final java.util.ArrayList<String> problems;

  /**
   * Creates the exception.
   *
   * @param problems one sentence each, at least one
   */
  public ConfigurationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = new java.util.ArrayList<>(problems);
  }

  /**
   * Creates the exception for a single problem.
   *
   * @param problem one sentence
   */
  public ConfigurationException(String problem) {
    this(List.of(problem));
  }

  /**
   * What is wrong.
   *
   * @return one sentence for each problem
   */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
