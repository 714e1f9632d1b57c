package io.autoinit.tck;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rule of the contract, in the order of the contract. */
record RuleId(String part, int number) implements Comparable<RuleId> {

  private static final List<String> PARTS = List.of("LOCK", "READY", "MARK", "BACKEND");
  private static final Comparator<RuleId> ORDER =
      Comparator.comparingInt(RuleId::rank)
          .thenComparing(RuleId::part)
          .thenComparingInt(RuleId::number);
  private static final Pattern NAME =
      Pattern.compile("([A-Z]+)-(\\d{1,4}):? +(\\S.*)", Pattern.DOTALL);

  /** A test of a rule: what it is called behind the id. */
  record Named(RuleId rule, String title) {}

  /** Divides the name of a test; empty if it begins with no rule. */
  static Optional<Named> in(String displayName) {
    Matcher name = NAME.matcher(displayName);
    return name.matches()
        ? Optional.of(
            new Named(
                new RuleId(name.group(1), Integer.parseInt(name.group(2))), name.group(3).strip()))
        : Optional.empty();
  }

  private int rank() {
    int known = PARTS.indexOf(part);
    return known < 0 ? PARTS.size() : known;
  }

  @Override
  public int compareTo(RuleId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return part + "-" + number;
  }
}
