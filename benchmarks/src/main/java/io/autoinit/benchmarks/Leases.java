package io.autoinit.benchmarks;

import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import one.profiler.AsyncProfiler;

/**
 * Gets a lease and gives it back, by a backend and by the client library alone in turn, so that
 * whatever else the machine does meets both; each store in several JVMs of its own, one after the
 * other. A profile of both follows, of the thread that asks, asleep or not.
 */
final class Leases {

  static final List<String> STORES = List.of("redis", "postgres", "zookeeper", "hazelcast", "file");

  private static final int JVMS = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final Duration PROFILED = Duration.ofSeconds(2);
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final int LEAST = 20;
  private static final double INTERVAL_MICROS = 100;
  private static final String OURS = "autoinit";
  private static final String RAW = "raw";

  /** What a stack waits for or does, by a part of it; the first that is found. */
  private static final Map<String, String> DOINGS = new LinkedHashMap<>();

  static {
    DOINGS.put("PatientSocket.awaitEnd", "waiting until the server has ended a connection");
    DOINGS.put("org/postgresql/Driver.connect", "connecting");
    DOINGS.put("NioSocketImpl.park", "waiting for an answer of the server");
    DOINGS.put("NioSocketImpl.read", "waiting for an answer of the server");
    DOINGS.put("NioSocketImpl.write", "sending");
    DOINGS.put("FileDispatcherImpl.force", "waiting for the disk");
    DOINGS.put("LockSupport.park", "waiting for a thread that gets the answer");
    DOINGS.put("Object.wait", "waiting for a thread that gets the answer");
    DOINGS.put("java/nio/file/", "files, but for the disk");
    DOINGS.put("sun/nio/ch/FileChannelImpl", "files, but for the disk");
    DOINGS.put("org/postgresql", "the client library");
    DOINGS.put("redis/clients", "the client library");
    DOINGS.put("org/apache/zookeeper", "the client library");
    DOINGS.put("com/hazelcast", "the client library");
    DOINGS.put("io/autoinit/backend", "autoinit itself");
    DOINGS.put("io/autoinit/core", "autoinit itself");
  }

  private Leases() {}

  interface Operation {
    void run() throws Exception;
  }

  /** What one store was found to take, in microseconds. */
  record Lease(String store, int turns, double ours, double raw, double least, double most) {
    double times() {
      return ours / raw;
    }
  }

  /** Where a part of it goes, in microseconds of one lease. */
  record Part(String store, String what, double ours, double raw) {}

  /** Measures in JVMs of their own, which are told where the servers are by these options. */
  static void measure(List<String> options, Path figures, Path profile) throws Exception {
    List<String> lines = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (String store : STORES) {
      for (int jvm = 0; jvm < JVMS; jvm++) {
        Path out = Files.createTempFile("autoinit-benchmark", ".tsv");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Leases.class.getName(), store, out.toString()));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
          throw new IllegalStateException("leases on %s ended with %d".formatted(store, code));
        }
        for (String line : Files.readAllLines(out)) {
          (line.startsWith("part\t") ? parts : lines).add(line);
        }
        Files.delete(out);
      }
    }
    Files.write(figures, lines);
    Files.write(profile, parts);
  }

  /**
   * Measures one store.
   *
   * @param args the store, and the file for the figures
   * @throws Exception if it does not serve
   */
  public static void main(String[] args) throws Exception {
    String store = args[0];
    LockName name = LockName.infrastructure(new Namespace("micro"));
    RawClient raw = RawClient.of(store);
    List<String> lines = new ArrayList<>();
    try (Backend backend = open(store)) {
      LockProvider locks = backend.locks().orElseThrow();
      Operation ours = () -> locks.tryAcquire(name, TTL).orElseThrow().close();
      Operation theirs = raw::acquireAndRelease;
      inTurn(ours, theirs, WARM_UP);
      long[][] times = inTurn(ours, theirs, MEASURED);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s\t%d\t%.1f\t%.1f",
              store,
              times[0].length,
              median(times[0]),
              median(times[1])));
      lines.addAll(parts(store, OURS, ours));
      lines.addAll(parts(store, RAW, theirs));
    } finally {
      raw.close();
    }
    System.err.println(lines.get(0));
    Files.write(Path.of(args[1]), lines);
    System.exit(0);
  }

  static Backend open(String store) {
    BackendProvider provider =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.type().equals(store))
            .findFirst()
            .orElseThrow();
    return provider.open(BackendConfig.of(store, "micro", provider, settings(store)));
  }

  private static Map<String, String> settings(String store) {
    return switch (store) {
      case "redis" -> Map.of("url", Micro.setting("redis.url"));
      case "postgres" ->
          Map.of(
              "url", Micro.setting("postgres.url"),
              "user", Micro.setting("postgres.user"),
              "password", Micro.setting("postgres.password"));
      case "zookeeper" -> Map.of("connect", Micro.setting("zookeeper.connect"));
      case "file" -> Map.of("marker-dir", Micro.setting("directory"));
      default ->
          Map.of(
              "addresses", Micro.setting("hazelcast.address"),
              "cluster-name", Micro.setting("hazelcast.cluster"));
    };
  }

  /** Nanoseconds of both, each the first of every other turn. */
  private static long[][] inTurn(Operation one, Operation other, Duration lasting)
      throws Exception {
    List<Long> ones = new ArrayList<>();
    List<Long> others = new ArrayList<>();
    long end = System.nanoTime() + lasting.toNanos();
    while (System.nanoTime() < end || ones.size() < LEAST) {
      boolean swapped = ones.size() % 2 == 1;
      long first = nanos(swapped ? other : one);
      long second = nanos(swapped ? one : other);
      ones.add(swapped ? second : first);
      others.add(swapped ? first : second);
    }
    return new long[][] {sorted(ones), sorted(others)};
  }

  private static long[] sorted(List<Long> times) {
    return times.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static long nanos(Operation operation) throws Exception {
    // Follows one of its own: connections that the other has closed and that are still ending cost
    // the other, not this one.
    operation.run();
    long begun = System.nanoTime();
    operation.run();
    return System.nanoTime() - begun;
  }

  private static double median(long[] sorted) {
    return sorted[sorted.length / 2] / 1_000.0;
  }

  private static List<String> parts(String store, String who, Operation operation)
      throws Exception {
    Path stacks = Files.createTempFile("autoinit-benchmark", ".collapsed");
    AsyncProfiler profiler = AsyncProfiler.getInstance();
    try {
      String started =
          profiler.execute("start,event=wall,threads,interval=%.0fus".formatted(INTERVAL_MICROS));
      long begun = System.nanoTime();
      int turns = 0;
      while (System.nanoTime() - begun < PROFILED.toNanos() || turns < LEAST) {
        operation.run();
        turns++;
      }
      double took = (System.nanoTime() - begun) / 1_000.0 / turns;
      String stopped = profiler.execute("stop,collapsed,threads,file=" + stacks);
      Map<String, Long> samples = new TreeMap<>();
      Stacks.countMain(stacks, DOINGS, "everything else", samples);
      long all = samples.values().stream().mapToLong(Long::longValue).sum();
      if (started.isEmpty() || stopped.isEmpty() || all == 0) {
        return List.of();
      }
      List<String> lines = new ArrayList<>();
      samples.forEach(
          (what, count) ->
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "part\t%s\t%s\t%s\t%.1f",
                      store,
                      who,
                      what,
                      took * count / all)));
      return lines;
    } finally {
      Files.deleteIfExists(stacks);
    }
  }

  /** Empty if nothing was measured. */
  static List<Lease> read(Path figures) throws IOException {
    Map<String, List<String[]>> found = new LinkedHashMap<>();
    for (String[] fields : fields(figures)) {
      found.computeIfAbsent(fields[0], s -> new ArrayList<>()).add(fields);
    }
    List<Lease> leases = new ArrayList<>();
    found.forEach(
        (store, jvms) -> {
          // The JVM in the middle; the others tell how sure that is.
          jvms.sort(Comparator.comparingDouble(Leases::times));
          String[] middle = jvms.get(jvms.size() / 2);
          leases.add(
              new Lease(
                  store,
                  jvms.stream().mapToInt(f -> Integer.parseInt(f[1])).sum(),
                  Double.parseDouble(middle[2]),
                  Double.parseDouble(middle[3]),
                  times(jvms.get(0)),
                  times(jvms.get(jvms.size() - 1))));
        });
    return leases;
  }

  private static double times(String[] fields) {
    return Double.parseDouble(fields[2]) / Double.parseDouble(fields[3]);
  }

  /** The parts of each store, those first that differ most between the two. */
  static List<Part> parts(Path profile) throws IOException {
    Map<List<String>, double[]> sums = new LinkedHashMap<>();
    for (String[] fields : fields(profile)) {
      double[] sum = sums.computeIfAbsent(List.of(fields[1], fields[3]), k -> new double[2]);
      sum[fields[2].equals(OURS) ? 0 : 1] += Double.parseDouble(fields[4]) / JVMS;
    }
    return sums.entrySet().stream()
        .map(e -> new Part(e.getKey().get(0), e.getKey().get(1), e.getValue()[0], e.getValue()[1]))
        .sorted(
            Comparator.comparingInt((Part p) -> STORES.indexOf(p.store()))
                .thenComparingDouble(p -> p.raw() - p.ours()))
        .toList();
  }

  private static List<String[]> fields(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream().map(line -> line.split("\t", -1)).toList();
  }

  static Optional<Lease> of(List<Lease> leases, String store) {
    return leases.stream().filter(lease -> lease.store().equals(store)).findFirst();
  }

  static String table(List<Lease> leases) {
    if (leases.isEmpty()) {
      return "Not measured in this run.\n";
    }
    StringBuilder table =
        new StringBuilder(
            """
            | store | turns | autoinit, microseconds | raw client | times | least to most |
            |---|---|---|---|---|---|
            """);
    for (Lease lease : leases) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %s | %s | %.2f | %.2f to %.2f |%n",
              lease.store(),
              lease.turns(),
              Results.text(lease.ours()),
              Results.text(lease.raw()),
              lease.times(),
              lease.least(),
              lease.most()));
    }
    return table.toString();
  }

  static String table(List<Part> parts, double below) {
    StringBuilder table =
        new StringBuilder(
            """
            | store | the thread that asks | autoinit, microseconds | raw client |
            |---|---|---|---|
            """);
    for (Part part : parts) {
      if (Math.max(part.ours(), part.raw()) >= below) {
        table.append(
            "| %s | %s | %s | %s |%n"
                .formatted(
                    part.store(),
                    part.what(),
                    Results.text(part.ours()),
                    Results.text(part.raw())));
      }
    }
    return table.toString();
  }

  /** In one sentence, what a lease of a store costs beyond the raw client. */
  static String beyond(List<Part> parts, String store) {
    List<String> most =
        parts.stream()
            .filter(part -> part.store().equals(store) && part.ours() > part.raw())
            .limit(3)
            .map(
                part ->
                    "%s, %s µs more".formatted(part.what(), Results.text(part.ours() - part.raw())))
            .toList();
    return most.isEmpty() ? "no profile was taken" : String.join("; ", most);
  }
}
