package io.autoinit.benchmarks;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs {@code benchmarks/restart} with a Postgres and a Redis of its own, and reads what it found.
 * Arguments: the file for the figures, and one for a profile if it is wanted; or, to be asked by
 * the script, the word {@code sessions} and the URL, user and password of a Postgres.
 */
public final class Restarts {

  private Restarts() {}

  /** A kind of restart: medians, the peak of memory and how many times a JVM with one line. */
  record Restart(String name, double millis, double mebibytes, double timesJvm) {}

  /**
   * Measures.
   *
   * @param args see above
   * @throws Exception if a server does not start
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 4) {
      System.out.println(sessions(args[1], args[2], args[3]));
      return;
    }
    int code;
    Path stacks = Files.createTempDirectory("autoinit-benchmark");
    Path library = stacks.resolve("profiler.so");
    boolean profiled = args.length > 1 && RestartProfile.library(library);
    try (TestPostgres postgres = TestPostgres.start(Map.of());
        TestRedis redis = TestRedis.start()) {
      ProcessBuilder script = new ProcessBuilder("benchmarks/restart").inheritIO();
      Map<String, String> environment = script.environment();
      environment.put("FIGURES", args[0]);
      if (profiled) {
        environment.put("AGENT", library.toString());
        environment.put("STACKS", stacks.toString());
        environment.put("PROFILE_INTERVAL", RestartProfile.INTERVAL_MICROS + "us");
      }
      environment.put("POSTGRES_URL", postgres.jdbcUrl());
      environment.put("POSTGRES_USER", postgres.user());
      environment.put("POSTGRES_PASSWORD", postgres.password());
      environment.put("REDIS_URL", redis.url());
      environment.put("BENCHMARK_CLASSES", System.getProperty("java.class.path"));
      environment.put(
          "BENCHMARK_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
      environment.put(
          "CONNECTIONS",
          "\"$BENCHMARK_JAVA\" -cp \"$BENCHMARK_CLASSES\" %s sessions \"$POSTGRES_URL\" \"$POSTGRES_USER\" \"$AUTOINIT_BACKENDS_POSTGRES_PASSWORD\""
              .formatted(Restarts.class.getName()));
      code = script.start().waitFor();
      if (profiled && code == 0) {
        Files.writeString(Path.of(args[1]), RestartProfile.table(stacks));
      }
    } finally {
      FleetBenchmark.delete(stacks);
    }
    System.exit(code);
  }

  private static long sessions(String url, String user, String password) throws Exception {
    try (var connection = DriverManager.getConnection(url, user, password);
        var statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sessions FROM pg_stat_database WHERE datname = current_database()")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Empty if nothing was measured. */
  static List<Restart> read(Path figures) throws IOException {
    if (!Files.exists(figures)) {
      return List.of();
    }
    return Files.readAllLines(figures).stream()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length == 4)
        .map(f -> new Restart(f[0], number(f[1]), number(f[2]), number(f[3])))
        .toList();
  }

  static Optional<Double> connections(Path figures) throws IOException {
    if (!Files.exists(figures)) {
      return Optional.empty();
    }
    return Files.readAllLines(figures).stream()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length == 2 && fields[0].equals("connections"))
        .map(fields -> number(fields[1]))
        .findFirst();
  }

  private static double number(String field) {
    return Double.parseDouble(field);
  }
}
