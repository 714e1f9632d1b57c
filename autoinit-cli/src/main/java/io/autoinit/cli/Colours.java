package io.autoinit.cli;

import io.autoinit.InitEvent;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Colours for the words that say how it stands. They are laid over lines that are complete, so that
 * without them every line is the same.
 */
enum Colours {
  GREEN(32, "READY|ok"),
  YELLOW(33, "RUNNING|CLAIMED|STOPPED|NOT STARTED|warning|wait|run"),
  RED(31, "FAILED|error");

  /** The word behind its label, at the beginning of a line of an answer, or of one in a list. */
  private static final Pattern WORD =
      Pattern.compile(
          "^(?:((?:(?:state|before|now) +)?)(READY|RUNNING|CLAIMED|STOPPED|NOT STARTED|FAILED)(?=[: ])"
              + "|(  )(ok|warning|error|wait|run)(?= +))");

  private final int code;
  private final String words;

  Colours(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** A line of an answer. */
  static String painted(String line) {
    Matcher found = WORD.matcher(line);
    if (!found.find()) {
      return line;
    }
    boolean listed = found.group(4) != null;
    String word = listed ? found.group(4) : found.group(2);
    return (listed ? found.group(3) : found.group(1))
        + of(word).on(word)
        + line.substring(found.end());
  }

  private static Colours of(String word) {
    return Arrays.stream(values())
        .filter(colour -> word.matches(colour.words))
        .findFirst()
        .orElseThrow();
  }

  /** What the story tells of an event. */
  static String painted(InitEvent event, String text) {
    if (event instanceof InitEvent.StepFailed
        || event instanceof InitEvent.PhaseFailed
        || event instanceof InitEvent.LeaseLost
        || event instanceof InitEvent.StepStuck) {
      return RED.on(text);
    }
    if (event instanceof InitEvent.Warned || event instanceof InitEvent.BackendTroubled) {
      return YELLOW.on(text);
    }
    return event instanceof InitEvent.PhaseCompleted || event instanceof InitEvent.PhaseSkipped
        ? GREEN.on(text)
        : text;
  }

  private String on(String text) {
    return "\u001b[%dm%s\u001b[0m".formatted(code, text);
  }
}
