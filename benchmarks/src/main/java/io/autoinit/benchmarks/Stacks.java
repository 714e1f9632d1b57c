package io.autoinit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Stacks that a profiler took, with their threads, sorted by what they do. */
final class Stacks {

  /** A stack that was seen a number of times; its text begins with the thread. */
  record Line(String text, long count) {

    private static Line of(String line) {
      int blank = line.lastIndexOf(' ');
      return new Line(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
    }

    String thread() {
      return text.contains(";") ? text.substring(0, text.indexOf(';')) : text;
    }
  }

  private Stacks() {}

  static List<Line> read(Path collapsed) throws IOException {
    return Files.readAllLines(collapsed).stream().map(Line::of).toList();
  }

  /** The meaning of the first part that is found in a text. */
  static String meaning(Map<String, String> parts, String text, String otherwise) {
    return parts.entrySet().stream()
        .filter(entry -> text.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }

  /** Adds up the samples of the main thread, asleep or not, so that they are shares of its time. */
  static void countMain(
      Path collapsed, Map<String, String> parts, String otherwise, Map<String, Long> samples)
      throws IOException {
    for (Line line : read(collapsed)) {
      if (line.thread().startsWith("[main ")) {
        samples.merge(meaning(parts, line.text(), otherwise), line.count(), Long::sum);
      }
    }
  }
}
