package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a run has found, as JSON and as tables made of that JSON. */
final class Results {

  private Results() {}

  static Measured floor(int nodes, double[] heard, boolean warmUp) {
    return new Measured(
        FleetBenchmark.FLOOR,
        nodes,
        warmUp,
        heard[0],
        heard[heard.length / 2],
        heard[Math.max(0, (int) Math.ceil(heard.length * 0.99) - 1)],
        heard[heard.length - 1],
        Double.NaN,
        0,
        nodes + 1,
        nodes + 1,
        0,
        0,
        new Servers.Total(0, 0, nodes + 1, 0),
        0,
        0,
        0,
        0,
        0,
        0,
        List.of());
  }

  static String json(List<Measured> all, List<Integer> sizes, int repetitions) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    root.put("processors", Runtime.getRuntime().availableProcessors());
    root.put("java", Runtime.version().toString());
    root.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    root.put("sizes", sizes);
    root.put("repetitions", repetitions);
    root.put("measured", all.stream().map(Results::entry).toList());
    return ConfigFactory.parseMap(root)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  private static Map<String, Object> entry(Measured m) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("system", m.system());
    entry.put("nodes", m.nodes());
    entry.put("warmUp", m.warmUp());
    putNumber(entry, "firstMillis", m.first());
    putNumber(entry, "p50Millis", m.p50());
    putNumber(entry, "p99Millis", m.p99());
    putNumber(entry, "lastMillis", m.last());
    putNumber(entry, "nodePhasesMillis", m.nodePhases());
    entry.put("postgresPeak", m.postgresPeak());
    entry.put("redisPeak", m.redisPeak());
    entry.put("redisWaiting", m.redisWaiting());
    entry.put("zooKeeperPeak", m.zooKeeperPeak());
    entry.put("hazelcastPeak", m.hazelcastPeak());
    entry.put("postgresTransactions", m.requests().postgresTransactions());
    entry.put("postgresSessions", m.requests().postgresSessions());
    entry.put("redisRequests", m.requests().redisRequests());
    entry.put("zooKeeperPackets", m.requests().zooKeeperPackets());
    putNumber(entry, "seconds", m.seconds());
    putNumber(entry, "requestsPerNodeAndSecond", m.requestsPerNodeAndSecond());
    putNumber(entry, "postgresSessionsPerSecond", m.postgresSessionsPerSecond());
    putNumber(entry, "nodesCpuSeconds", m.nodesCpu());
    putNumber(entry, "serversCpuSeconds", m.serversCpu());
    if (m.warmUp()) {
      putNumber(entry, "heapKibPerNode", m.heapKibPerNode());
    }
    entry.put("failures", m.failures());
    return entry;
  }

  /** What is unknown is left out. */
  private static void putNumber(Map<String, Object> entry, String name, double value) {
    if (!Double.isNaN(value)) {
      entry.put(name, Math.round(value * 1_000) / 1_000.0);
    }
  }

  static Config read(String json) {
    return ConfigFactory.parseString(json);
  }

  /** All repetitions of a system at a size. */
  record Cell(String system, int nodes, List<? extends Config> runs) {

    List<Double> counted(String name) {
      return runs.stream()
          .filter(run -> !run.getBoolean("warmUp") && run.hasPath(name))
          .map(run -> run.getDouble(name))
          .sorted()
          .toList();
    }

    double median(String name) {
      List<Double> values = counted(name);
      return values.isEmpty() ? Double.NaN : values.get(values.size() / 2);
    }

    double most(String name) {
      List<Double> values = counted(name);
      return values.isEmpty() ? Double.NaN : values.get(values.size() - 1);
    }

    double least(String name) {
      List<Double> values = counted(name);
      return values.isEmpty() ? Double.NaN : values.get(0);
    }

    double weighed() {
      return runs.stream()
          .filter(run -> run.hasPath("heapKibPerNode"))
          .mapToDouble(run -> run.getDouble("heapKibPerNode"))
          .findFirst()
          .orElse(Double.NaN);
    }

    long failed() {
      return runs.stream().mapToLong(run -> run.getStringList("failures").size()).sum();
    }
  }

  static List<Cell> cells(Config results) {
    Map<String, List<Config>> runs = new LinkedHashMap<>();
    for (Config run : results.getConfigList("measured")) {
      runs.computeIfAbsent(
              run.getString("system") + "\n" + run.getInt("nodes"), k -> new ArrayList<>())
          .add(run);
    }
    return runs.values().stream()
        .map(of -> new Cell(of.get(0).getString("system"), of.get(0).getInt("nodes"), of))
        .sorted(java.util.Comparator.comparingInt(Cell::nodes))
        .toList();
  }

  static String releases(Config results) {
    StringBuilder table =
        new StringBuilder(
            """
            | system | nodes | first, ms | p50, ms | p99, ms | last, ms | least to most | node phases, ms | failures |
            |---|---|---|---|---|---|---|---|---|
            """);
    for (Cell cell : cells(results)) {
      row(
          table,
          cell.system(),
          Integer.toString(cell.nodes()),
          text(cell.median("firstMillis")),
          text(cell.median("p50Millis")),
          text(cell.median("p99Millis")),
          text(cell.median("lastMillis")),
          text(cell.least("lastMillis")) + " to " + text(cell.most("lastMillis")),
          cell.system().startsWith("autoinit") ? text(cell.median("nodePhasesMillis")) : "",
          Long.toString(cell.failed()));
    }
    return table.toString();
  }

  static String connections(Config results) {
    return table(
        results,
        List.of(
            "Postgres, peak",
            "Postgres, opened",
            "Redis, peak",
            "Redis, waiting",
            "ZooKeeper, peak",
            "Hazelcast, peak"),
        List.of(
            cell -> cell.most("postgresPeak"),
            cell -> cell.most("postgresSessions"),
            cell -> cell.most("redisPeak"),
            cell -> cell.most("redisWaiting"),
            cell -> cell.most("zooKeeperPeak"),
            cell -> cell.most("hazelcastPeak")));
  }

  static String requests(Config results) {
    return table(
        results,
        List.of(
            "Postgres, transactions",
            "Redis, requests",
            "ZooKeeper, packets",
            "a node and second of waiting"),
        List.of(
            cell -> cell.median("postgresTransactions"),
            cell -> cell.median("redisRequests"),
            cell -> cell.median("zooKeeperPackets"),
            cell -> cell.median("requestsPerNodeAndSecond")));
  }

  static String costs(Config results) {
    return table(
        results,
        List.of("CPU of nodes, s", "CPU of Postgres and Redis, s", "heap of a waiting node, KiB"),
        List.of(
            cell -> cell.median("nodesCpuSeconds"),
            cell -> cell.median("serversCpuSeconds"),
            Cell::weighed));
  }

  private static String table(
      Config results, List<String> titles, List<ToDoubleFunction<Cell>> columns) {
    StringBuilder table = new StringBuilder("| system | nodes | ");
    table.append(String.join(" | ", titles)).append(" |\n|---|---|");
    table.append("---|".repeat(titles.size())).append('\n');
    for (Cell cell : cells(results)) {
      if (cell.system().equals(FleetBenchmark.FLOOR)) {
        continue;
      }
      List<String> fields = new ArrayList<>(List.of(cell.system(), "" + cell.nodes()));
      columns.forEach(column -> fields.add(text(column.applyAsDouble(cell))));
      row(table, fields.toArray(String[]::new));
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String... fields) {
    table.append("| ").append(String.join(" | ", fields)).append(" |\n");
  }

  static String text(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 1 ? "%.3f" : "%,.1f", value);
  }
}
