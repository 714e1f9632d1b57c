package io.autoinit.spi;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One setting that a backend takes: its name below {@code autoinit.backends.<instance>}, what it
 * holds and what it means.
 *
 * @param name the name, {@code [a-z][a-z0-9-]*}
 * @param kind what the value looks like
 * @param meaning one line for the documentation and for {@code --help}
 * @param standard the value where none is given; empty: the setting is optional without one
 * @param required whether an instance without it is an error
 */
public record Setting(
    String name, Kind kind, String meaning, Optional<String> standard, boolean required) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)?");

  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** What a value looks like. */
  public enum Kind {
    /** Any text. */
    TEXT("a text"),
    /** A text that is never shown: passwords, and URLs that may carry one. */
    SECRET("a text"),
    /** A whole number, not negative. */
    NUMBER("a whole number"),
    /** {@code true} or {@code false}. */
    FLAG("true or false"),
    /** A number with a unit: {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}. */
    DURATION("a duration such as 500ms, 2s or 5m"),
    /** A path of the file system. */
    PATH("a path");

    private final String expectation;

    Kind(String expectation) {
      this.expectation = expectation;
    }

    /**
     * What an error message says is expected.
     *
     * @return for example {@code a whole number}
     */
    public String expectation() {
      return expectation;
    }
  }

  /** Checks the name and the standard value. */
  public Setting {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the setting name '" + name + "' is not of the form " + NAME);
    }
    standard
        .flatMap(value -> missed(kind, value))
        .ifPresent(
            expected -> {
              throw new IllegalArgumentException(
                  "the standard value of the setting '" + name + "' must be " + expected);
            });
  }

  /**
   * An optional setting.
   *
   * @param name its name
   * @param kind what the value looks like
   * @param meaning one line
   * @return the setting
   */
  public static Setting optional(String name, Kind kind, String meaning) {
    return new Setting(name, kind, meaning, Optional.empty(), false);
  }

  /**
   * A setting without which an instance is an error.
   *
   * @param name its name
   * @param kind what the value looks like
   * @param meaning one line
   * @return the setting
   */
  public static Setting required(String name, Kind kind, String meaning) {
    return new Setting(name, kind, meaning, Optional.empty(), true);
  }

  /**
   * A setting with a standard value.
   *
   * @param name its name
   * @param kind what the value looks like
   * @param standard the value where none is given
   * @param meaning one line
   * @return the setting
   */
  public static Setting standard(String name, Kind kind, String standard, String meaning) {
    return new Setting(name, kind, meaning, Optional.of(standard), false);
  }

  /**
   * What is wrong with a value of this setting, as far as its kind tells.
   *
   * @param value the value
   * @return what was expected, fit for "must be ..."; empty if the value is legal
   */
  public Optional<String> expectationMissedBy(String value) {
    return missed(kind, value);
  }

  private static Optional<String> missed(Kind kind, String value) {
    boolean legal =
        switch (kind) {
          case TEXT, SECRET -> true;
          case PATH -> !value.isBlank() && value.indexOf('\0') < 0;
          case NUMBER -> value.matches("\\d{1,9}");
          case FLAG -> value.equals("true") || value.equals("false");
          case DURATION -> parseDuration(value).isPresent();
        };
    return legal ? Optional.empty() : Optional.of(kind.expectation());
  }

  /**
   * Reads a duration as all settings of autoinit write it.
   *
   * @param value a number with one of the units ms, s, m, h, d; without a unit it is seconds
   * @return the duration; empty if the value is not one, or longer than 100 years
   */
  public static Optional<Duration> parseDuration(String value) {
    Matcher matcher = DURATION.matcher(value.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    Duration duration =
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          case "d" -> Duration.ofDays(number);
          default -> Duration.ofSeconds(number);
        };
    // What is longer overflows as soon as somebody asks for its nanoseconds.
    return Optional.of(duration).filter(d -> d.compareTo(LONGEST) <= 0);
  }

  /**
   * The name among some names that is nearest to a misspelt one.
   *
   * @param misspelt what was written
   * @param names the right names
   * @return the nearest one, if one is near enough to be meant
   */
  public static Optional<String> nearest(String misspelt, List<String> names) {
    return Spelling.nearest(misspelt, names);
  }
}
