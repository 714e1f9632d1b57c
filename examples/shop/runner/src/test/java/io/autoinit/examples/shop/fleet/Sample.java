package io.autoinit.examples.shop.fleet;

import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came out, as the page shows it: what differs from one play to the next stands there with
 * values of a sample, the same for the same thing throughout a section.
 */
final class Sample {

  /** Host, process and a random part. */
  private static final Pattern MEMBER = Pattern.compile("\\b([a-z]+-\\d+)/(\\d+)/([0-9a-f]{8})\\b");

  private static final Pattern TOKEN = Pattern.compile("\\btoken (\\d+)\\b");
  private static final Pattern TIME = Pattern.compile("\\b\\d\\d:\\d\\d:\\d\\d\\b");

  /** Those of settings stay: an operator counts on them. */
  private static final Pattern MEASURED =
      Pattern.compile(
          "(?<!longer than )(?<![.\\d])\\d+(?:\\.\\d)?(?: min \\d+ s| h \\d+ min| ms| min| h| s)\\b");

  /** How far a step had come when something happened to it. */
  private static final Pattern PLACE = Pattern.compile("\\b\\d+,000(?= of)");

  /** How a server that is being stopped turns its clients away, from one moment to the next. */
  private static final Pattern AWAY =
      Pattern.compile(
          "(?<=cannot serve now: )(?:The connection attempt failed\\.?|Connection to \\S+ refused"
              + "|FATAL: the database system is \\w+(?: \\w+)?)");

  private static final Pattern SERVES = Pattern.compile("(?<=serves at )http://\\S+");

  private static final LocalTime BEGIN = LocalTime.of(3, 0);
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final int FIRST_TOKEN = 17;
  private static final int FIRST_PROCESS = 7;

  private final Map<String, String> names;
  private final Map<String, String> members = new LinkedHashMap<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private LocalTime first = LocalTime.MIN;

  /**
   * Begins a section.
   *
   * @param names what is called otherwise on the page: addresses, directories, databases
   */
  Sample(Map<String, String> names) {
    this.names = new LinkedHashMap<>(names);
  }

  List<String> of(List<String> lines) {
    return lines.stream().map(this::of).toList();
  }

  private String of(String line) {
    String text = line.stripTrailing();
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    text = replace(MEMBER, text, m -> members.computeIfAbsent(m.group(), unused -> member(m)));
    text = replace(TOKEN, text, m -> tokens.computeIfAbsent(m.group(), unused -> token()));
    text = SERVES.matcher(text).replaceAll("http://127.0.0.1:8080/");
    return replace(TIME, text, m -> time(LocalTime.parse(m.group())));
  }

  private String member(MatchResult real) {
    int process = FIRST_PROCESS + 100 * members.size();
    return "%s/%d/%08x".formatted(real.group(1), process, 0x5f3a9c01 * (members.size() + 1));
  }

  private String token() {
    return "token " + (FIRST_TOKEN + tokens.size());
  }

  private String time(LocalTime real) {
    if (first.equals(LocalTime.MIN)) {
      first = real;
    }
    // Also where a play goes on past midnight.
    long seconds = Math.floorMod(Duration.between(first, real).toSeconds(), DAY);
    return CLOCK.format(BEGIN.plusSeconds(seconds));
  }

  /** What is left of lines of the page without what a slower machine would have said. */
  static List<String> lasting(List<String> lines) {
    return lines.stream().map(Sample::lasting).toList();
  }

  private static String lasting(String line) {
    String text = TIME.matcher(line).replaceAll("TIME");
    text = PLACE.matcher(text).replaceAll("PLACE");
    text = AWAY.matcher(text).replaceAll("AWAY");
    return MEASURED.matcher(text).replaceAll("SPAN");
  }

  private static String replace(Pattern pattern, String text, Function<MatchResult, String> by) {
    return pattern.matcher(text).replaceAll(m -> Matcher.quoteReplacement(by.apply(m)));
  }
}
