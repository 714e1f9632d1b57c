package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code performance.md} and its picture from {@code performance.json} beside it. */
public final class Report {

  /** What is less is left out of the profile of leases. */
  private static final double LEAST_MICROS = 5;

  private Report() {}

  /**
   * Writes the page.
   *
   * @param args the directory
   * @throws IOException if it cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Config results = Results.read(Files.readString(directory.resolve("performance.json")));
    Files.writeString(
        directory.resolve("performance").resolve("release.svg"), ReleaseSvg.of(results));
    List<Micros.Piece> pieces = Micros.read(directory.resolve("performance/micro.json"));
    List<Leases.Lease> leases = Leases.read(directory.resolve("performance/leases.tsv"));
    List<Leases.Part> parts = Leases.parts(directory.resolve("performance/leases-profile.tsv"));
    String profileOfRestarts = text(directory.resolve("performance/restart-profile.txt"));
    Path restart = directory.resolve("performance/restart.txt");
    Path figures = directory.resolve("performance/restart.tsv");
    String targets =
        Targets.table(
            results,
            leases,
            parts,
            Restarts.read(figures),
            Restarts.connections(figures),
            kind -> RestartProfile.most(profileOfRestarts, kind));
    Path profile = directory.resolve("performance/profile.txt");
    String profiles = text(profile);
    String restarts =
        Files.exists(restart)
            ? "```\n%s```\n".formatted(Files.readString(restart))
            : "Not measured in this run.\n";
    Files.writeString(
        directory.resolve("performance.md"),
        page(results, targets, pieces, restarts, profiles)
            .replace("@leases@", Leases.table(leases))
            .replace(
                "@leaseparts@", parts.isEmpty() ? "" : "\n" + Leases.table(parts, LEAST_MICROS))
            .replace("@restartprofile@", profileOfRestarts));
    System.out.println(targets);
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "Not measured in this run.\n";
  }

  private static String page(
      Config results, String targets, List<Micros.Piece> pieces, String restarts, String profiles)
      throws IOException {
    try (InputStream template = Report.class.getResourceAsStream("performance.md")) {
      if (template == null) {
        throw new IOException("The template performance.md is not on the class path");
      }
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@date@", results.getString("date"))
          .replace("@processors@", results.getString("processors"))
          .replace("@java@", results.getString("java"))
          .replace("@os@", results.getString("os"))
          .replace("@repetitions@", results.getString("repetitions"))
          .replace("@targets@", targets)
          .replace("@profiles@", profiles)
          .replace("@micro@", Micros.table(pieces))
          .replace("@restarts@", restarts)
          .replace("@releases@", Results.releases(results))
          .replace("@connections@", Results.connections(results))
          .replace("@requests@", Results.requests(results))
          .replace("@costs@", Results.costs(results));
    }
  }
}
