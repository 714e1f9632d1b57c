package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@link Micro} has found, as JMH has written it. */
final class Micros {

  private Micros() {}

  /**
   * A piece.
   *
   * @param store the store that was asked; empty for none
   * @param micros the median time of one
   * @param most what nine of ten do not exceed
   */
  record Piece(String name, String store, double micros, double most) {}

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
        metric.getDouble("scorePercentiles.\"50.0\""),
        metric.getDouble("scorePercentiles.\"90.0\""));
  }

  static String table(List<Piece> pieces) {
    if (pieces.isEmpty()) {
      return "Not measured in this run.\n";
    }
    StringBuilder table =
        new StringBuilder(
            """
            | piece | store | microseconds, median | nine of ten |
            |---|---|---|---|
            """);
    for (Piece piece : pieces) {
      table.append(
          "| %s | %s | %s | %s |%n"
              .formatted(
                  words(piece.name()),
                  piece.store(),
                  Results.text(piece.micros()),
                  Results.text(piece.most())));
    }
    return table.toString();
  }

  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(java.util.Locale.ROOT);
  }
}
