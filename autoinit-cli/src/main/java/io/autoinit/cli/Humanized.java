package io.autoinit.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values as people read them. */
final class Humanized {

  private Humanized() {}

  /** For example {@code 240 ms}, {@code 1.2 s}, {@code 42 s}, {@code 3 min 20 s}, {@code 2 h}. */
  static String duration(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 9950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0).replace(".0 s", " s");
    }
    long seconds = (millis + 500) / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? parts(seconds / 60, "min", seconds % 60, "s")
        : parts(seconds / 3600, "h", seconds % 3600 / 60, "min");
  }

  private static String parts(long big, String bigUnit, long small, String smallUnit) {
    return big + " " + bigUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }

  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A line as several, broken at blanks; a word that is wider, such as a URL, stays whole. */
  static List<String> wrapped(String line, int width) {
    List<String> lines = new ArrayList<>();
    String rest = line;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      int cut = blank > 0 ? blank : rest.indexOf(' ', width);
      if (cut < 0) {
        break;
      }
      lines.add(rest.substring(0, cut).stripTrailing());
      rest = rest.substring(cut).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  /** Text of foreign origin as a terminal may get it: without control characters but tab and LF. */
  static String harmless(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\t\\n]]", "?");
  }
}
