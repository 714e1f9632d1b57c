package io.autoinit.examples.shop.fleet;

/**
 * Something that must be so.
 *
 * @param promise what was promised
 * @param holds whether it was so
 * @param seen what was seen
 */
record Check(String promise, boolean holds, String seen) {

  @Override
  public String toString() {
    return "  %-6s  %s: %s".formatted(holds ? "ok" : "BROKEN", promise, seen);
  }
}
