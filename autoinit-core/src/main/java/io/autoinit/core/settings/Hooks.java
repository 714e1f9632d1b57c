package io.autoinit.core.settings;

import java.util.List;

/**
 * Commands that hear how a run ended: the program and its arguments, or nothing.
 *
 * @param onReady run once by the member that published READY
 * @param onFailure run by the member whose step failed
 */
public record Hooks(List<String> onReady, List<String> onFailure) {

  /** Copies the lists. */
  public Hooks {
    onReady = List.copyOf(onReady);
    onFailure = List.copyOf(onFailure);
  }
}
