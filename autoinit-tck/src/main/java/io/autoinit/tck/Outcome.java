package io.autoinit.tck;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What became of a test, or of a rule; of several, the first one here stands for all. */
enum Outcome {
  BROKEN,
  HELD,
  SKIPPED,
  NOT_RUN;

  /** A rule is held if one of its tests ran and none failed. */
  static Outcome ofAll(Collection<Outcome> outcomes) {
    return outcomes.stream().min(Comparator.naturalOrder()).orElse(NOT_RUN);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
