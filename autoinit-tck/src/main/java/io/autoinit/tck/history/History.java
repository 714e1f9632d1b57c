package io.autoinit.tck.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * What happened to the holders of some locks: events are only ever added. {@link HistoryChecker}
 * says what is wrong with it. Safe for use by any thread.
 */
public final class History {

  /** What a line of a file begins with that is no event. */
  private static final String COMMENT = "#";

  private final Queue<HistoryEvent> events = new ConcurrentLinkedQueue<>();

  /** Creates a history in which nothing has happened. */
  public History() {}

  /**
   * Adds an event; late is not too late, since its time counts and not its place.
   *
   * @param event what happened
   */
  public void add(HistoryEvent event) {
    events.add(event);
  }

  /**
   * What happened so far.
   *
   * @return the events by their time
   */
  public List<HistoryEvent> events() {
    // By difference: readings of the clock may overflow.
    Comparator<HistoryEvent> byTime = (a, b) -> Long.signum(a.at() - b.at());
    return events.stream().sorted(byTime).toList();
  }

  /**
   * Writes the history to a file, one event a line.
   *
   * @param file the file; its directory is made, an older file replaced
   * @param comment a line of text above the events
   * @throws IOException if the file cannot be written
   */
  public void write(Path file, String comment) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    String text =
        events().stream()
            .map(event -> event.line() + "\n")
            .collect(Collectors.joining("", COMMENT + " " + comment + "\n", ""));
    Files.writeString(file, text);
  }

  /**
   * Reads a file of {@link HistoryEvent#line lines}, in any order, as {@link #write} or many
   * processes by appending wrote it. The last line does not count if it has no end: its writer was
   * killed.
   *
   * @param file the file
   * @return the history
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a line is no event
   */
  public static History read(Path file) throws IOException {
    var history = new History();
    String text = Files.readString(file, StandardCharsets.UTF_8);
    text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> !line.startsWith(COMMENT))
        .forEach(line -> history.add(HistoryEvent.fromLine(line)));
    return history;
  }
}
