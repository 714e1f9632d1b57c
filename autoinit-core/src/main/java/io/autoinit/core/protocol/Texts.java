package io.autoinit.core.protocol;

import java.time.Duration;
import java.util.Locale;

/** How durations look in messages. */
public final class Texts {

  private Texts() {}

  /**
   * A duration as people read it.
   *
   * @param duration a duration
   * @return for example {@code 240 ms}, {@code 1.5 s}, {@code 4 s}, {@code 2 min 5 s}
   */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0).replace(".0 s", " s");
    }
    long seconds = millis / 1_000;
    return seconds % 60 == 0
        ? seconds / 60 + " min"
        : "%d min %d s".formatted(seconds / 60, seconds % 60);
  }
}
