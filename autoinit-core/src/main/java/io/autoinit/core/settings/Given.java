package io.autoinit.core.settings;

/**
 * A value as one source gave it.
 *
 * @param key the full name of the setting
 * @param value the value
 * @param source for messages, for example {@code environment AUTOINIT_TIMEOUT}
 */
record Given(String key, String value, String source) {

  private static final int SHOWN = 40;

  /** A problem with this value, without the value. */
  String problem(String sentence) {
    return source + ": " + (source.endsWith(key) ? "" : key + " ") + sentence;
  }

  /** A value as an error message may show it: short, and without control characters. */
  static String shown(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "?");
    return "'" + (clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...") + "'";
  }

  @Override
  public String toString() {
    return key + " from " + source;
  }
}
