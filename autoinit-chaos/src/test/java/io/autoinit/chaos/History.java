package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What was written down about a fleet, in the order in which it happened, with questions to it. */
record History(List<Entry> entries) {

  private static final Duration TWO_SIGNS = RunDelay.PAUSE.multipliedBy(2);

  History {
    entries = List.copyOf(entries);
  }

  static List<Entry> read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(Entry::parse).sorted(Comparator.comparingLong(Entry::at)).toList();
    }
  }

  Stream<Entry> of(String kind) {
    return entries.stream().filter(entry -> entry.is(kind));
  }

  Stream<Entry> calls(String kind, String call) {
    return of(kind).filter(entry -> entry.has("call", call));
  }

  /** What was done to the fleet; empty if that found nothing which it could be done to. */
  Optional<Entry> fault() {
    return of("fault").filter(fault -> of("missed").findAny().isEmpty()).findFirst();
  }

  /** Whether a store lost what it held between two moments. */
  boolean lostData(String instance, long from, long until) {
    return of("lost-data")
        .filter(e -> e.has("store", instance))
        .anyMatch(e -> e.at() >= from && e.at() <= until);
  }

  /** When the first entry was written. */
  long began() {
    return entries.get(0).at();
  }

  /** When a process was let go on after it had been stopped. */
  Optional<Long> continued(String process) {
    return of("continue").filter(e -> e.has("of", process)).map(Entry::at).findFirst();
  }

  /**
   * How long a process waited for a processor between two moments. One that does not even write
   * that down when it is due waits too.
   */
  long delay(String process, long from, long until) {
    List<Entry> signs = of("delay").filter(e -> e.process().equals(process)).toList();
    if (signs.isEmpty()) {
      return 0;
    }
    long told = told(signs, until + TWO_SIGNS.toNanos()) - told(signs, from);
    long last = signs.stream().mapToLong(Entry::at).filter(at -> at <= until).max().orElse(from);
    long silent = until - Math.max(from, last) - RunDelay.PAUSE.toNanos();
    return Math.max(Math.max(0, told), silent);
  }

  private static long told(List<Entry> signs, long until) {
    return signs.stream()
        .filter(e -> e.at() <= until)
        .mapToLong(e -> e.number("nanos"))
        .max()
        .orElse(0);
  }

  /** A moment as it is told: milliseconds since the beginning. */
  String moment(long at) {
    return "%.3f s".formatted((at - began()) / 1e9);
  }
}
