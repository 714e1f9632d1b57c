package io.autoinit.cli;

import java.util.ArrayList;
import java.util.List;

/** Labelled lines for people, aligned, never wider than 80 columns. */
final class Block {

  static final int WIDTH = 80;
  private static final int MARGIN = 11;

  private final List<String> lines = new ArrayList<>();

  /** Adds a text behind its label, which may be empty; breaks it between words. */
  Block add(String label, String text) {
    var line = new StringBuilder("%-10s ".formatted(label));
    for (String word : Humanized.harmless(text).strip().split("\\s+", -1)) {
      String rest = word;
      if (line.length() > MARGIN && line.length() + 1 + rest.length() > WIDTH) {
        line = next(line);
      }
      line.append(line.length() > MARGIN ? " " : "");
      while (line.length() + rest.length() > WIDTH) {
        int fits = WIDTH - line.length();
        line.append(rest, 0, fits);
        rest = rest.substring(fits);
        line = next(line);
      }
      line.append(rest);
    }
    lines.add(line.toString().stripTrailing());
    return this;
  }

  private StringBuilder next(StringBuilder full) {
    lines.add(full.toString());
    return new StringBuilder(" ".repeat(MARGIN));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
