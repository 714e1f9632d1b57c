package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** What this project wants to reach, beside what a run has found. */
final class Targets {

  private static final int PEERS = 90;
  private static final int LARGE = 300;
  private static final int LARGEST = 1_000;

  private final List<Results.Cell> cells;
  private final List<Leases.Lease> leases;
  private final List<Leases.Part> parts;
  private final List<Restarts.Restart> restarts;
  private final Optional<Double> connections;
  private final UnaryOperator<String> profileOfRestart;
  private final StringBuilder table =
      new StringBuilder(
          """
          | target | bound | found | | where it goes |
          |---|---|---|---|---|
          """);

  private Targets(
      List<Results.Cell> cells,
      List<Leases.Lease> leases,
      List<Leases.Part> parts,
      List<Restarts.Restart> restarts,
      Optional<Double> connections,
      UnaryOperator<String> profileOfRestart) {
    this.cells = cells;
    this.leases = leases;
    this.parts = parts;
    this.restarts = restarts;
    this.connections = connections;
    this.profileOfRestart = profileOfRestart;
  }

  static String table(
      Config results,
      List<Leases.Lease> leases,
      List<Leases.Part> parts,
      List<Restarts.Restart> restarts,
      Optional<Double> connections,
      UnaryOperator<String> profileOfRestart) {
    return new Targets(
            Results.cells(results), leases, parts, restarts, connections, profileOfRestart)
        .table();
  }

  private String table() {
    String reference = FleetBenchmark.REFERENCE;
    String processors =
        "the processors: all nodes share two, and each node has to be woken and to say that it goes on";
    last(reference, LARGE, 60, processors);
    last(reference, LARGEST, 200, processors);
    atMost(
        "autoinit, nodes that failed",
        "",
        0,
        Optional.of(
            (double)
                cells.stream()
                    .filter(cell -> cell.system().startsWith("autoinit"))
                    .mapToLong(Results.Cell::failed)
                    .sum()),
        "the table of releases counts them, and the run tells each");
    peers();
    atMost(
        "%s, %,d nodes: last, times the floor".formatted(reference, LARGEST),
        "",
        10,
        ratio(reference, FleetBenchmark.FLOOR, LARGEST),
        "the floor is read by one thread that does nothing with it; "
            + processors
            + ". The leader's renewal and its commit are before the message");
    most(reference, LARGEST, "peak of Postgres connections", 4, c -> c.most("postgresPeak"));
    most(
        reference,
        LARGEST,
        "Redis connections while all wait, less one for each",
        FleetBenchmark.POSTGRES_BOUND,
        c -> c.most("redisWaiting") - c.nodes());
    most(
        reference,
        LARGEST,
        "requests of a node in a second of waiting",
        0.1,
        c -> c.median("requestsPerNodeAndSecond"));
    most(reference, LARGEST, "heap of a waiting node, KiB", 150, Results.Cell::weighed);
    String polled = "a waiter learns of READY at its next turn: 18 ms for each that waits";
    last(FleetBenchmark.POSTGRES_ALONE, 50, 1_200, polled);
    last(FleetBenchmark.POSTGRES_ALONE, LARGE, 6_000, polled);
    String alone = FleetBenchmark.POSTGRES_ALONE;
    most(alone, LARGE, "peak of Postgres connections", 8, c -> c.most("postgresPeak"));
    most(
        alone,
        LARGE,
        "new Postgres connections in a second, while all wait",
        60,
        c -> c.median("postgresSessionsPerSecond"));
    atMost(
        "%s, %,d nodes: the same, over the whole start".formatted(alone, LARGE),
        "",
        60,
        cell(alone, LARGE).map(c -> c.median("postgresSessions") / c.median("seconds")),
        cell(alone, LARGE).map(Targets::firstLooks).orElse(""));
    last(
        "autoinit zookeeper",
        PEERS,
        150,
        "one watch and one read for each node, and its server is in the same JVM");
    last(
        "autoinit hazelcast",
        PEERS,
        150,
        "one event for each node, of a client with threads of its own, and its member is in the same JVM");
    restart("Postgres and Redis", 250);
    restart("files", 200);
    atMost(
        "restarts: connections that Postgres counted", "", 0, connections, "the table of restarts");
    for (String store : Leases.STORES) {
      atMost(
          "%s, a lease got and given back, times the raw client".formatted(store),
          "",
          1.3,
          Leases.of(leases, store).map(Leases.Lease::times),
          Leases.beyond(parts, store));
    }
    return table.toString();
  }

  private static String firstLooks(Results.Cell cell) {
    double later = (cell.median("postgresSessions") - cell.nodes()) / cell.median("seconds");
    return "%,d of them are the first look of each node, when all come at once, before anybody knows of a turn; without these it is %s. With the last look, which tells of READY, these are two for each node, so a shorter start has more in a second"
        .formatted(cell.nodes(), Results.text(later));
  }

  private void restart(String stores, double bound) {
    restart(stores, "archived", "with the archive that `autoinit archive` makes", bound);
    restart(stores, "plain", "without an archive", bound);
  }

  private void restart(String stores, String kind, String how, double bound) {
    Optional<Restarts.Restart> found =
        restarts.stream().filter(r -> r.name().equals(stores + ", " + kind)).findFirst();
    String most = profileOfRestart.apply(stores + ", " + kind);
    String jvm =
        (most.isEmpty() ? "" : most + "; ")
            + "the JVM, which takes on this machine what the line `a JVM that prints a line` says, and, without an archive, the loading of classes";
    String what = "restart, %s, %s".formatted(stores, how);
    atMost(what + ": wall", " ms", bound, found.map(Restarts.Restart::millis), jvm);
    atMost(what + ": peak of memory, MiB", "", 90, found.map(Restarts.Restart::mebibytes), jvm);
    atMost(what + ": times a JVM with one line", "", 6, found.map(Restarts.Restart::timesJvm), jvm);
  }

  private void peers() {
    Optional<Results.Cell> fastest =
        cells.stream()
            .filter(cell -> cell.nodes() == PEERS && !cell.system().startsWith("autoinit"))
            .filter(cell -> !cell.system().equals(FleetBenchmark.FLOOR))
            .min(Comparator.comparingDouble(cell -> cell.median("lastMillis")));
    Optional<Double> times =
        fastest.flatMap(peer -> ratio(peer.system(), FleetBenchmark.REFERENCE, PEERS));
    row(
        "%s, %d nodes: the fastest peer%s takes so many times as long"
            .formatted(
                FleetBenchmark.REFERENCE,
                PEERS,
                fastest.map(peer -> ", " + peer.system() + ",").orElse("")),
        "at least 8",
        times,
        times.filter(found -> found < 8).isPresent(),
        "the leader's renewal and its commit in Postgres come before the message; a peer without a ledger has neither");
  }

  private Optional<Double> ratio(String above, String below, int nodes) {
    return cell(above, nodes)
        .flatMap(
            one ->
                cell(below, nodes).map(two -> one.median("lastMillis") / two.median("lastMillis")));
  }

  private Optional<Results.Cell> cell(String system, int nodes) {
    return cells.stream()
        .filter(cell -> cell.system().equals(system) && cell.nodes() == nodes)
        .findFirst();
  }

  private void last(String system, int nodes, double bound, String why) {
    atMost(
        "%s, %,d nodes: last".formatted(system, nodes),
        " ms",
        bound,
        cell(system, nodes).map(cell -> cell.median("lastMillis")),
        why);
  }

  private void most(
      String system, int nodes, String what, double bound, ToDoubleFunction<Results.Cell> found) {
    atMost(
        "%s, %,d nodes: %s".formatted(system, nodes, what),
        "",
        bound,
        cell(system, nodes).map(found::applyAsDouble),
        "the tables of connections and requests");
  }

  private void atMost(String what, String unit, double bound, Optional<Double> found, String why) {
    row(
        what,
        "at most " + Results.text(bound) + unit,
        found,
        found.filter(f -> f > bound).isPresent(),
        why);
  }

  /** A target that was not measured stands there too. */
  private void row(String what, String bound, Optional<Double> found, boolean missed, String why) {
    Optional<Double> known = found.filter(f -> !f.isNaN());
    List<String> fields = new ArrayList<>(List.of(what, bound));
    fields.add(known.map(Results::text).orElse("not measured"));
    fields.add(known.isEmpty() ? "" : missed ? "missed" : "met");
    fields.add(known.isPresent() && missed ? why : "");
    table.append(String.format(Locale.ROOT, "| %s |%n", String.join(" | ", fields)));
  }
}
