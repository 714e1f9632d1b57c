package io.autoinit.chaos;

/**
 * A promise that a history breaks.
 *
 * @param rule which
 * @param what what happened, in a sentence
 */
record Violation(Rule rule, String what) {

  /** What a history is held to. */
  enum Rule {
    OVERLAP("no two processes work at a step of the same lock at the same time"),
    TOKENS("tokens grow from one holder to the next, and no store takes an older one's record"),
    REPEATED("a step that was recorded as completed is not begun again, and none after READY"),
    EARLY("no node step begins before READY was published"),
    ENDS("every process ends in time, and as the fault allows"),
    COMPLETION("READY stands in the end, with each step completed once"),
    MARKERS("a node has a marker exactly if its step was done, and it says so"),
    TAKEOVER("a successor works in time"),
    FAILURE("a failure reaches every waiter in time, and is not repeated at once"),
    LEFT("nothing is left behind: no lock, no process, no temporary file, no thread");

    private final String promise;

    Rule(String promise) {
      this.promise = promise;
    }

    String promise() {
      return promise;
    }
  }

  @Override
  public String toString() {
    return rule + ": " + what;
  }
}
