package io.autoinit.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import one.profiler.AsyncProfiler;

/**
 * Where the processors' time goes from the end of the work until the last node is released: stacks
 * that a profiler took in the JVM of all nodes, and nowhere else, sorted by what a thread is for
 * and what it did. Arguments: the file for the table, and the size of the largest fleet.
 */
public final class Profile {

  private static final int REPETITIONS = 5;
  private static final int WARM_UPS = 2;
  private static final int ROWS = 10;
  private static final String INTERVAL = "100us";

  /** What a thread is for, by a part of its name. */
  private static final Map<String, String> THREADS = new LinkedHashMap<>();

  /** What a stack does, by a part of it; the first that is found. */
  private static final Map<String, String> DOINGS = new LinkedHashMap<>();

  static {
    THREADS.put("CompilerThre", "compiler of the JVM");
    THREADS.put("GC Thread", "collector of the JVM");
    THREADS.put("G1 ", "collector of the JVM");
    THREADS.put("SendThread", "ZooKeeper clients");
    THREADS.put("EventThread", "ZooKeeper clients");
    THREADS.put("CommitProcessor", "ZooKeeper server");
    THREADS.put("NIOWorkerThread", "ZooKeeper server");
    THREADS.put("SyncThread", "ZooKeeper server");
    THREADS.put("ProcessThread", "ZooKeeper server");
    THREADS.put("hz.autoinit", "Hazelcast clients");
    THREADS.put("hz.", "Hazelcast member");
    THREADS.put("-hints", "listeners of hints");
    THREADS.put("autoinit-", "other threads of autoinit");
    THREADS.put("node-", "the nodes' own threads");

    DOINGS.put("Compile:", "compiling");
    DOINGS.put("java/lang/Thread.start", "starting threads");
    DOINGS.put("LockSupport.unpark", "waking another thread");
    DOINGS.put("Object.notify", "waking another thread");
    DOINGS.put("LockSupport.park", "going to sleep, waking up");
    DOINGS.put("Object.wait", "going to sleep, waking up");
    DOINGS.put("Thread.sleep", "going to sleep, waking up");
    DOINGS.put("SelectorImpl.select", "waiting for sockets");
    DOINGS.put("SocketDispatcher.read", "reading sockets");
    DOINGS.put("NioSocketImpl.read", "reading sockets");
    DOINGS.put("SocketDispatcher.write", "writing sockets");
    DOINGS.put("NioSocketImpl.write", "writing sockets");
    DOINGS.put("redis/clients", "Jedis");
    DOINGS.put("io/autoinit/backend", "autoinit, backend");
    DOINGS.put("io/autoinit/core", "autoinit, core");
    DOINGS.put("com/hazelcast", "Hazelcast");
    DOINGS.put("org/apache", "ZooKeeper");
    DOINGS.put("io/autoinit/benchmarks", "the benchmark itself");
  }

  private Profile() {}

  /**
   * Measures.
   *
   * @param args see above
   * @throws Exception if a server does not start, or a node fails
   */
  public static void main(String[] args) throws Exception {
    int largest = Integer.parseInt(args[1]);
    StringBuilder page = new StringBuilder();
    try (Servers servers = new Servers()) {
      page.append(table(servers, FleetBenchmark.REFERENCE, largest));
      page.append(table(servers, "autoinit zookeeper", Math.min(largest, 90)));
      page.append(table(servers, "autoinit hazelcast", Math.min(largest, 90)));
    }
    Files.writeString(Path.of(args[0]), page);
    System.out.println(page);
    System.exit(0);
  }

  private static String table(Servers servers, String system, int nodes) throws Exception {
    Map<String, Long> samples = new HashMap<>();
    for (int i = 0; i < WARM_UPS + REPETITIONS; i++) {
      Path stacks = Files.createTempFile("autoinit-benchmark", ".collapsed");
      Path directory = Files.createTempDirectory("autoinit-benchmark");
      try {
        Contender contender =
            Objects.requireNonNull(FleetBenchmark.SYSTEMS.get(system))
                .contender()
                .contender(servers, "profile-%d-%d".formatted(nodes, i), directory);
        Measured measured =
            new FleetRun(
                    system,
                    contender,
                    nodes,
                    servers,
                    () -> profiler("start,event=ctimer,threads,interval=" + INTERVAL),
                    () -> profiler("stop,collapsed,threads,file=" + stacks))
                .run(false);
        // What a node does for itself comes later; a slow disk there is no matter of this profile.
        measured.failures().forEach(System.err::println);
        System.err.printf(
            "profile of %s, %d nodes: last %.1f ms%n", system, nodes, measured.last());
        if (i >= WARM_UPS) {
          Stacks.read(stacks).forEach(line -> count(line, samples));
        }
      } finally {
        Files.deleteIfExists(stacks);
        FleetBenchmark.delete(directory);
      }
    }
    return text(system, nodes, samples);
  }

  private static void profiler(String command) {
    try {
      String unused = AsyncProfiler.getInstance().execute(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void count(Stacks.Line line, Map<String, Long> samples) {
    String row =
        Stacks.meaning(THREADS, line.thread(), "other threads")
            + " | "
            + Stacks.meaning(DOINGS, line.text(), "everything else");
    samples.merge(row, line.count(), Long::sum);
  }

  private static String text(String system, int nodes, Map<String, Long> samples) {
    long all = samples.values().stream().mapToLong(Long::longValue).sum();
    List<Map.Entry<String, Long>> most =
        samples.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(ROWS)
            .toList();
    StringBuilder table = new StringBuilder();
    table.append(
        """

        %s, %,d nodes: %,d stacks in %d releases.

        | threads | what | share |
        |---|---|---|
        """
            .formatted(system, nodes, all, REPETITIONS));
    for (Map.Entry<String, Long> row : most) {
      table.append(
          String.format(
              Locale.ROOT, "| %s | %.0f %% |%n", row.getKey(), 100.0 * row.getValue() / all));
    }
    return table.toString();
  }
}
