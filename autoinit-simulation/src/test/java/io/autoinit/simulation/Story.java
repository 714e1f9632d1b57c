package io.autoinit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What happened in a run, in lines, if somebody wants to read it. */
final class Story {

  private final boolean told;
  private final LongSupplier clock;
  private final List<String> lines = new ArrayList<>();

  Story(boolean told, LongSupplier clock) {
    this.told = told;
    this.clock = clock;
  }

  boolean told() {
    return told;
  }

  void tell(Object who, String what, Object... details) {
    if (told) {
      String said = details.length == 0 ? what : String.format(Locale.ROOT, what, details);
      lines.add(String.format(Locale.ROOT, "%8.3f  %-6s %s", clock.getAsLong() / 1e9, who, said));
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
