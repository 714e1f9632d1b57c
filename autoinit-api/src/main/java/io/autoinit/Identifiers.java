package io.autoinit;

import java.util.regex.Pattern;

/** The one charset and length rule of all names that reach a backend. */
final class Identifiers {

  static final String RULE = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final Pattern LEGAL = Pattern.compile(RULE);
  private static final int SHOWN = 40;

  private Identifiers() {}

  static String check(String what, String value) {
    if (LEGAL.matcher(value).matches()) {
      return value;
    }
    throw new IllegalArgumentException(
        "%s '%s' is not legal: use 1 to 128 of the characters A-Z a-z 0-9 . _ - and begin with a letter or digit"
            .formatted(what, shown(value)));
  }

  /** A value as an error message may show it: short, and without control characters. */
  private static String shown(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
  }
}
