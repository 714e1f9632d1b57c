package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Many fleets, a few at a time.
 *
 * @param seed the seed of the first; each further one has the next
 * @param fleets how many
 * @param lanes how many at a time
 */
record Campaign(long seed, int fleets, int lanes) {

  private static final String PROPERTY = "autoinit.chaos.";
  private static final int STANDARD_LANES = 3;

  static Campaign fromProperties() {
    return new Campaign(
        Long.getLong(PROPERTY + "seed", System.currentTimeMillis() / 1_000),
        Integer.getInteger(PROPERTY + "fleets", Plan.cases().size()),
        Integer.getInteger(PROPERTY + "lanes", STANDARD_LANES));
  }

  List<Result> run(Path directory) throws Exception {
    System.out.printf("%d fleets from seed %d, %d at a time%n", fleets, seed, lanes);
    Launch launch = prepare(directory);
    BlockingQueue<Long> seeds =
        new LinkedBlockingQueue<>(LongStream.range(seed, seed + fleets).boxed().toList());
    ExecutorService threads = Executors.newFixedThreadPool(lanes);
    List<Future<List<Result>>> parts = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      parts.add(threads.submit(() -> lane(seeds, directory, launch)));
    }
    threads.shutdown();
    List<Result> results = new ArrayList<>();
    for (Future<List<Result>> part : parts) {
      results.addAll(part.get());
    }
    return results;
  }

  /** Makes the archive of classes with a calm fleet of one. */
  static Launch prepare(Path directory) throws Exception {
    Path archive = directory.resolve("classes.jsa");
    Files.deleteIfExists(archive);
    Launch plain = Launch.plain(directory.resolve("jars"));
    try (Lane lane = new Lane();
        Fleet fleet =
            new Fleet(
                Plan.training(), lane, fresh(directory, "training"), plain.training(archive))) {
      Result result = fleet.run();
      if (!result.violations().isEmpty()) {
        throw new IllegalStateException("a calm fleet fails: " + told(result));
      }
    }
    return plain.quick(archive);
  }

  private static List<Result> lane(BlockingQueue<Long> seeds, Path directory, Launch launch)
      throws Exception {
    List<Result> results = new ArrayList<>();
    try (Lane lane = new Lane()) {
      for (Long next = seeds.poll(); next != null; next = seeds.poll()) {
        Plan plan = Plan.of(next);
        if (plan.fault().needsVolume() && Volume.unable().isPresent()) {
          results.add(Result.leftOut(plan, Volume.unable().orElseThrow()));
          continue;
        }
        try (Fleet fleet = new Fleet(plan, lane, fresh(directory, plan.name()), launch)) {
          Result result = fleet.run();
          results.add(result);
          System.out.println(told(result));
        }
      }
    }
    return results;
  }

  /** An empty directory for a fleet. */
  static Path fresh(Path directory, String name) throws IOException {
    Path fresh = directory.resolve("fleets").resolve(name);
    if (Files.exists(fresh)) {
      try (Stream<Path> old = Files.walk(fresh)) {
        for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return fresh;
  }

  /** Writes the report, and pictures of what is worth a look. */
  Summary report(List<Result> results, Duration took, String load, Path directory)
      throws IOException {
    Summary summary = Summary.of(this, results, took, load);
    Files.writeString(directory.resolve("report.json"), ReliabilityPage.json(summary.toMap()));
    Files.writeString(
        directory.resolve("report.md"), "# Fleets under faults\n\n" + summary.toMarkdown());
    Set<Plan.Case> drawn = new HashSet<>();
    for (Result result : results) {
      Plan plan = result.plan();
      boolean first = drawn.add(new Plan.Case(plan.fault(), plan.pairing()));
      if (result.leftOut().isEmpty() && (first || !result.held())) {
        Files.writeString(
            directory.resolve("%s-%s.svg".formatted(plan.fault(), plan.name())),
            TimelineSvg.of(plan.toString(), result.entries()));
      }
    }
    return summary;
  }

  /** A result in a line, and one more for each violation. */
  static String told(Result result) {
    StringBuilder line = new StringBuilder();
    line.append(result.violations().isEmpty() ? "held    " : "BROKEN  ");
    line.append("%5.1f s  ".formatted(result.took().toMillis() / 1e3)).append(result.plan());
    result.takeover().ifPresent(t -> line.append(", takeover %d ms".formatted(t.toMillis())));
    if (!result.struck()) {
      line.append(", not reached");
    }
    result.violations().forEach(v -> line.append("\n          ").append(v));
    return line.toString();
  }
}
