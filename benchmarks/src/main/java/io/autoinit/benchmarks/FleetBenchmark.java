package io.autoinit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures every system at every size in turn, so that a noisy machine is noisy for all of them.
 * Arguments: {@code --nodes=10,90 --repetitions=5 --minutes=20 --systems=a,b --json=file}; no
 * repetition begins that would not end within the minutes. Fails for errors of autoinit, its leaked
 * connections and more connections than the bound, never for time.
 */
public final class FleetBenchmark {

  static final String REFERENCE = "autoinit postgres+redis";
  static final String FLOOR = "floor";

  static final String POSTGRES_ALONE = "autoinit postgres";

  /** Postgres connections of a fleet on the reference pairing, whatever its size. */
  static final int POSTGRES_BOUND = 4;

  /** The same where Postgres carries readiness too. */
  static final int POSTGRES_ALONE_BOUND = 8;

  /** A size that is asked of Postgres alone. */
  private static final int POLLED = 50;

  /** A system and the largest fleet that it is asked for. */
  record Entrant(int most, Of contender) {}

  interface Of {
    Contender contender(Servers servers, String id, Path directory) throws Exception;
  }

  static final Map<String, Entrant> SYSTEMS = systems();

  private FleetBenchmark() {}

  private static Map<String, Entrant> systems() {
    Map<String, Entrant> systems = new LinkedHashMap<>();
    systems.put(
        REFERENCE,
        new Entrant(
            1_000,
            (s, id, d) -> autoInit(d, id, postgres(s), Map.of("REDIS_URL", s.redis().url()))));
    systems.put(POSTGRES_ALONE, new Entrant(300, (s, id, d) -> autoInit(d, id, postgres(s))));
    systems.put(
        "autoinit redis",
        new Entrant(300, (s, id, d) -> autoInit(d, id, Map.of("REDIS_URL", s.redis().url()))));
    systems.put(
        "autoinit zookeeper",
        new Entrant(
            300, (s, id, d) -> autoInit(d, id, Map.of("ZOOKEEPER_CONNECT", s.zooKeeper()))));
    systems.put("autoinit hazelcast", new Entrant(90, (s, id, d) -> autoInit(d, id, hazelcast(s))));
    systems.put(
        "autoinit file",
        new Entrant(90, (s, id, d) -> new AutoInitContender(settings(id), d, true)));
    systems.put("Redisson lock", new Entrant(90, (s, id, d) -> Peers.redisson(s, id)));
    systems.put(
        "Spring Integration Redis lock", new Entrant(90, (s, id, d) -> Peers.spring(s, id)));
    systems.put("Curator mutex", new Entrant(300, (s, id, d) -> Peers.curator(s, "/" + id)));
    systems.put(
        "Flyway in every replica",
        new Entrant(90, (s, id, d) -> Peers.flyway(s, id.replace('-', '_'))));
    return systems;
  }

  private static Map<String, String> postgres(Servers servers) {
    return Map.of(
        "POSTGRES_URL", servers.postgres().jdbcUrl(),
        "POSTGRES_USER", servers.postgres().user(),
        "POSTGRES_PASSWORD", servers.postgres().password());
  }

  private static Map<String, String> hazelcast(Servers servers) {
    return Map.of(
        "HAZELCAST_ADDRESSES",
        servers.hazelcastAddress(),
        "HAZELCAST_CLUSTER_NAME",
        Servers.HAZELCAST_CLUSTER);
  }

  private static Map<String, String> settings(String id) {
    return new LinkedHashMap<>(Map.of("AUTOINIT_RUN_ID", id));
  }

  @SafeVarargs
  private static Contender autoInit(Path directory, String id, Map<String, String>... backends) {
    Map<String, String> settings = settings(id);
    for (Map<String, String> backend : backends) {
      backend.forEach((name, value) -> settings.put("AUTOINIT_BACKENDS_" + name, value));
    }
    return new AutoInitContender(settings, directory, false);
  }

  /**
   * Measures.
   *
   * @param args see above
   * @throws Exception if a server does not start
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : args) {
      String[] pair = arg.split("=", 2);
      options.put(pair[0], pair.length > 1 ? pair[1] : "");
    }
    List<Integer> sizes =
        Stream.of(options.getOrDefault("--nodes", "10,90").split(","))
            .map(Integer::valueOf)
            .toList();
    int repetitions = Integer.parseInt(options.getOrDefault("--repetitions", "5"));
    List<String> only = List.of(options.getOrDefault("--systems", "").split(","));
    Duration longest =
        Duration.ofMinutes(Integer.parseInt(options.getOrDefault("--minutes", "600")));
    long begun = System.nanoTime();
    long lastTook = 0;
    List<Measured> all = new ArrayList<>();
    try (Servers servers = new Servers()) {
      for (int repetition = 0; repetition <= repetitions; repetition++) {
        long now = System.nanoTime();
        if (now - begun + lastTook > longest.toNanos()) {
          System.err.printf("%d of %d repetitions: time is up%n", repetition - 1, repetitions);
          break;
        }
        for (int nodes : sizes) {
          measure(servers, repetition, nodes, only, all);
        }
        lastTook = System.nanoTime() - now;
      }
    }
    // The first repetition warms the JVM up and weighs the nodes; its times do not count.
    String json = Results.json(all, sizes, repetitions);
    Files.writeString(Path.of(options.getOrDefault("--json", "target/performance.json")), json);
    System.out.println(Results.releases(Results.read(json)));
    all.stream().flatMap(m -> m.failures().stream()).distinct().forEach(System.err::println);
    boolean failed =
        all.stream()
            .filter(m -> m.system().startsWith("autoinit"))
            .flatMap(m -> m.failures().stream())
            .anyMatch(failure -> !failure.contains(Work.STALLED));
    System.exit(failed ? 1 : 0);
  }

  private static void measure(
      Servers servers, int repetition, int nodes, List<String> only, List<Measured> all)
      throws Exception {
    for (Map.Entry<String, Entrant> system : SYSTEMS.entrySet()) {
      String name = system.getKey();
      boolean wanted = only.contains("") || only.contains(name);
      if (!wanted
          || nodes > system.getValue().most()
          || (nodes == POLLED && !name.equals(POSTGRES_ALONE))) {
        continue;
      }
      Path directory = Files.createTempDirectory("autoinit-benchmark");
      String id = "run-%d-%d".formatted(nodes, repetition) + "-" + all.size();
      try {
        Contender contender = system.getValue().contender().contender(servers, id, directory);
        Measured measured =
            bounded(new FleetRun(name, contender, nodes, servers).run(repetition == 0));
        all.add(measured);
        System.err.printf(
            "%d: %s, %d nodes: last %.1f ms%n", repetition, name, nodes, measured.last());
      } finally {
        delete(directory);
      }
      if (name.startsWith("Flyway")) {
        Peers.drop(servers, id.replace('-', '_'));
      }
    }
    double[] floor = Floor.milliseconds(servers, nodes);
    all.add(Results.floor(nodes, floor, repetition == 0));
  }

  private static Measured bounded(Measured m) {
    List<String> failures = new ArrayList<>();
    m.failures().forEach(f -> failures.add("%s, %d nodes: %s".formatted(m.system(), m.nodes(), f)));
    int bound =
        switch (m.system()) {
          case REFERENCE -> POSTGRES_BOUND;
          case POSTGRES_ALONE -> POSTGRES_ALONE_BOUND;
          default -> Integer.MAX_VALUE;
        };
    if (m.postgresPeak() > bound) {
      failures.add(
          "%s, %d nodes: %d connections of Postgres are more than %d"
              .formatted(m.system(), m.nodes(), m.postgresPeak(), bound));
    }
    if (m.system().equals(REFERENCE) && m.redisWaiting() > m.nodes() + POSTGRES_BOUND) {
      failures.add(
          "%s, %d nodes: %d connections of Redis are more than one a waiter"
              .formatted(m.system(), m.nodes(), m.redisWaiting()));
    }
    return m.failing(failures);
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> below = Files.walk(directory)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
