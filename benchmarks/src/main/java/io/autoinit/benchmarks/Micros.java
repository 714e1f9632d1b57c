package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@link Micro} has found, as JMH has written it. */
final class Micros {

  static final String LEASE = "acquireAndRelease";
  private static final String RAW_LEASE = "acquireAndReleaseByRawClient";

  private Micros() {}

  /**
   * A piece.
   *
   * @param store the store that was asked; empty for none
   * @param micros the mean time of one
   * @param error half the confidence interval of 99.9 %
   */
  record Piece(String name, String store, double micros, double error) {}

  /** Empty if nothing was measured. */
  static List<Piece> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    Config all = ConfigFactory.parseString("all = " + Files.readString(file));
    return all.getConfigList("all").stream().map(Micros::piece).toList();
  }

  private static Piece piece(Config found) {
    String name = found.getString("benchmark");
    Config metric = found.getConfig("primaryMetric");
    return new Piece(
        name.substring(name.lastIndexOf('.') + 1),
        found.hasPath("params.store") ? found.getString("params.store") : "",
        metric.getDouble("score"),
        metric.getString("scoreError").equals("NaN") ? 0 : metric.getDouble("scoreError"));
  }

  /** How many times as long as the raw client a lease takes. */
  static Optional<Double> timesRaw(List<Piece> pieces, String store) {
    return micros(pieces, LEASE, store)
        .flatMap(ours -> micros(pieces, RAW_LEASE, store).map(raw -> ours / raw));
  }

  private static Optional<Double> micros(List<Piece> pieces, String name, String store) {
    return pieces.stream()
        .filter(piece -> piece.name().equals(name) && piece.store().equals(store))
        .map(Piece::micros)
        .findFirst();
  }

  static String table(List<Piece> pieces) {
    if (pieces.isEmpty()) {
      return "Not measured in this run.\n";
    }
    StringBuilder table =
        new StringBuilder(
            """
            | piece | store | microseconds | error |
            |---|---|---|---|
            """);
    for (Piece piece : pieces) {
      table.append(
          "| %s | %s | %s | %s |%n"
              .formatted(
                  words(piece.name()),
                  piece.store(),
                  Results.text(piece.micros()),
                  Results.text(piece.error())));
    }
    return table.toString();
  }

  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(java.util.Locale.ROOT);
  }
}
