package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What was written down about a fleet, in the order in which it happened, with questions to it. */
record History(List<Entry> entries) {

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

  Optional<Entry> fault() {
    return of("fault").findFirst();
  }

  /** When the first entry was written. */
  long began() {
    return entries.get(0).at();
  }

  /** When a process was let go on after it had been stopped. */
  Optional<Long> continued(String process) {
    return of("continue").filter(e -> e.has("of", process)).map(Entry::at).findFirst();
  }

  /** How long a process waited for a processor between two moments. */
  long delay(String process, long from, long until) {
    List<Entry> delays =
        of("delay")
            .filter(e -> e.process().equals(process) && e.at() <= until + 1_000_000_000L)
            .toList();
    long before =
        delays.stream()
            .filter(e -> e.at() <= from)
            .mapToLong(e -> e.number("nanos"))
            .max()
            .orElse(0);
    long after = delays.stream().mapToLong(e -> e.number("nanos")).max().orElse(0);
    return Math.max(0, after - before);
  }

  /** A moment as it is told: milliseconds since the beginning. */
  String moment(long at) {
    return "%.3f s".formatted((at - began()) / 1e9);
  }
}
