package io.autoinit.simulation;

/** A rule that did not hold, at a moment. */
record Violation(Rule rule, String what, long at) {

  @Override
  public String toString() {
    return "%s violated at %.3f s: %s".formatted(rule.title(), at / 1e9, what);
  }
}
