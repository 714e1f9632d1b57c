package io.autoinit.tck.history;

import java.util.Set;

/**
 * A promise of the locks that a history shows broken.
 *
 * @param rule its id in the contract
 * @param lock the lock
 * @param what what happened, one sentence without its stop
 * @param story the events that show it, by their time, each on a line
 * @param clients whose events these are
 */
public record Violation(String rule, String lock, String what, String story, Set<String> clients) {

  /** Keeps the set of clients as it is. */
  public Violation {
    clients = Set.copyOf(clients);
  }

  /** How much there is to read. */
  long lines() {
    return story.lines().count();
  }
}
