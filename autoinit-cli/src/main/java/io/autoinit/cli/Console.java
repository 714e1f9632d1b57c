package io.autoinit.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the command speaks. Results go to {@code out}; the story of a start and errors go to {@code
 * err}, so that {@code out} belongs to the command that {@code run} becomes.
 *
 * @param out standard output
 * @param err standard error
 * @param clock the time that lines show
 * @param status the line below all others of a terminal; empty where standard error is none
 * @param screen whether standard output is a terminal, on which a text may be drawn again
 * @param coloured whether colours are wanted where there is a terminal
 * @param keyboard standard input, if a person sits there who can be asked
 */
record Console(
    PrintStream out,
    PrintStream err,
    Clock clock,
    Optional<StatusLine> status,
    boolean screen,
    boolean coloured,
    Optional<InputStream> keyboard) {

  /** Set by the launcher if standard error is a terminal: Java itself cannot tell. */
  static final String TERMINAL = "io.autoinit.terminal";

  /** The same of standard output. */
  static final String SCREEN = "io.autoinit.screen";

  /** Set by the launcher if standard input and standard error are terminals. */
  static final String KEYBOARD = "io.autoinit.keyboard";

  /** How wide the terminal of standard error is, set by the launcher where it can tell. */
  static final String WIDTH = "io.autoinit.columns";

  private static final String SPEAKER = "autoinit: ";
  private static final int COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 20;

  /** One that is no terminal. */
  Console(PrintStream out, PrintStream err, Clock clock) {
    this(out, err, clock, Optional.empty(), false, false, Optional.empty());
  }

  /**
   * The time of this machine. Which zone that is costs a start much to find out, so only whoever
   * writes a time looks for it, beside what the start does.
   */
  private static final class LocalClock extends Clock {

    @Override
    public Instant instant() {
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.systemDefault();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.system(zone);
    }
  }

  /** The process's own, in UTF-8 also where a container sets no locale. */
  static Console ofProcess() {
    Clock clock = new LocalClock();
    boolean screen = isTerminal(System.getProperty(SCREEN, ""), System.getenv());
    boolean coloured = wantsColours(System.getenv());
    Optional<InputStream> keyboard =
        Optional.of(System.getProperty(KEYBOARD, ""))
            .filter("yes"::equals)
            .map(yes -> new FileInputStream(FileDescriptor.in));
    if (!isTerminal(System.getProperty(TERMINAL, ""), System.getenv())) {
      return new Console(
          stream(FileDescriptor.out),
          stream(FileDescriptor.err),
          clock,
          Optional.empty(),
          screen,
          coloured,
          keyboard);
    }
    var status =
        new StatusLine(
            new FileOutputStream(FileDescriptor.err),
            columns(System.getenv(), System.getProperty(WIDTH, "")));
    return new Console(
        stream(FileDescriptor.out),
        new PrintStream(status, true, StandardCharsets.UTF_8),
        clock,
        Optional.of(status),
        screen,
        coloured,
        keyboard);
  }

  static boolean isTerminal(String launcherSays, Map<String, String> environment) {
    return launcherSays.equals("yes") && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** As https://no-color.org says. Here, since a start on no terminal loads nothing of colours. */
  static boolean wantsColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  static int columns(Map<String, String> environment, String launcherSays) {
    String columns = environment.getOrDefault("COLUMNS", launcherSays);
    return columns.matches("[1-9]\\d{0,3}")
        ? Math.max(FEWEST_COLUMNS, Integer.parseInt(columns))
        : COLUMNS;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Prints the lines of an answer. */
  void answer(List<String> lines) {
    boolean paints = screen && coloured;
    lines.stream()
        .map(Humanized::harmless)
        .forEach(line -> out.println(paints ? Colours.painted(line) : line));
  }

  /** Into how many columns the story has to fit; empty where it goes to no terminal. */
  OptionalInt storyColumns() {
    return status.map(line -> OptionalInt.of(line.width())).orElse(OptionalInt.empty());
  }

  /** Whether the story on standard error has colours. */
  boolean paintsStory() {
    return coloured && status.isPresent();
  }

  /** Prints one sentence on standard error; on a terminal it goes on below its beginning. */
  void complain(String sentence) {
    sentence
        .lines()
        .map(Humanized::harmless)
        .forEach(line -> err.println(SPEAKER + folded(line, SPEAKER.length())));
  }

  /** As the terminal of standard error needs it, if it is one. */
  String folded(String line, int margin) {
    int width = storyColumns().orElse(Integer.MAX_VALUE) - margin;
    return String.join(System.lineSeparator() + " ".repeat(margin), Humanized.wrapped(line, width));
  }
}
