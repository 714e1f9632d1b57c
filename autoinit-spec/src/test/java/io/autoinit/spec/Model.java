package io.autoinit.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A model that must hold: constants and properties in a file beside the specification. */
enum Model {
  TIME("a crash, a stopped process or a lock that its store frees early, at any moment", 100_000),
  RECORDS(
      "a crash, a failing step, SIGTERM, a flushed signal, a late write, a claim that lies or whose reply is lost",
      80_000),
  NO_LEDGER(
      "the same without a ledger, but for the flush and with the stopped process; two steps",
      25_000),
  NODE_PHASE("both phases of members that share a node; a crash, a stop, a late write", 15_000),
  LIVENESS(
      "everybody ends, whatever single fault of crash, stop, failure, flush, freed lock", 15_000);

  /** Where the specification stands, seen from this module. */
  static final Path SPEC = Path.of("..", "docs", "spec");

  private final String shows;
  private final long states;

  Model(String shows, long states) {
    this.shows = shows;
    this.states = states;
  }

  /** What happens in it, for the page. */
  String shows() {
    return shows;
  }

  /** A model with fewer distinct states has become trivial by accident. */
  long leastStates() {
    return states;
  }

  /** Its file's name without the ending. */
  String title() {
    StringBuilder title = new StringBuilder();
    for (String word : name().split("_", -1)) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }

  String text() {
    try {
      return Files.readString(SPEC.resolve(title() + ".cfg"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
