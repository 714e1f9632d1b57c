package io.autoinit.core.settings;

import java.util.regex.Pattern;

/**
 * A value as one source gave it.
 *
 * @param key the full name of the setting
 * @param value the value
 * @param source for messages, for example {@code environment AUTOINIT_TIMEOUT}
 * @param origin what kind of source that is
 */
record Given(String key, String value, String source, Origin origin) {

  /** The kinds of sources; later ones win. */
  enum Origin {
    DEFAULT,
    FILE,
    ENVIRONMENT,
    PROPERTY,
    EXPLICIT
  }

  private static final int SHOWN = 40;

  /** The password before the host of a URL, up to the last at sign: it may hold others. */
  private static final Pattern USER_INFO = Pattern.compile("(://[^/@\\s:]*:)[^/\\s]+@");

  private static final Pattern PARAMETER =
      Pattern.compile("(?i)((?:password|passphrase|secret|token|api_?key)=)[^&\\s]+");

  /** A problem with this value, without the value. */
  String problem(String sentence) {
    boolean named = source.equals("-D" + key) || source.equals("--" + key.replace("autoinit.", ""));
    return source + (named ? " " : ": " + key + " ") + sentence;
  }

  /** A value as an error message may show it: short, and without control characters. */
  static String shown(String value) {
    String clean = USER_INFO.matcher(value.replaceAll("\\p{Cntrl}", "?")).replaceAll("$1***@");
    clean = PARAMETER.matcher(clean).replaceAll("$1***");
    return "'" + (clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...") + "'";
  }

  @Override
  public String toString() {
    return key + " from " + source;
  }
}
