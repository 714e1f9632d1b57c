package io.autoinit.chaos;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.autoinit.chaos.Violation.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The page that tells what fleets of processes withstood. It is made from results that are kept
 * beside it as JSON, and from nothing else.
 */
final class ReliabilityPage {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path PAGE = DOCS.resolve("reliability.md");
  private static final Path KEPT = DOCS.resolve("reliability.json");
  private static final Path PICTURES = DOCS.resolve("reliability");

  private ReliabilityPage() {}

  /** Whether results are to be kept. */
  static boolean isWritten() {
    return Boolean.getBoolean("autoinit.docs.write");
  }

  static String kept() throws IOException {
    return Files.readString(PAGE);
  }

  /** Keeps the results of a campaign, and the pictures of two of its fleets. */
  static void keep(Summary summary, List<Result> results) throws IOException {
    update("fleets", summary.toMap());
    Files.createDirectories(PICTURES);
    for (Fault fault : List.of(Fault.KILL, Fault.BLACK_HOLE, Fault.STOP)) {
      for (Result result : instructive(fault, results)) {
        Files.writeString(
            PICTURES.resolve(fault.name().toLowerCase(Locale.ROOT) + ".svg"),
            TimelineSvg.of(result.plan().toString(), result.entries()));
      }
    }
    write();
  }

  private static List<Result> instructive(Fault fault, List<Result> results) {
    return results.stream()
        .filter(result -> result.plan().fault() == fault && result.takeover().isPresent())
        .filter(result -> result.plan().pairing() == Pairing.POSTGRES_REDIS)
        .filter(result -> result.plan().point().startsWith("step."))
        .limit(1)
        .toList();
  }

  /** Keeps which faults in the code were caught. */
  static void keep(List<Sown> sown) throws IOException {
    update("sown", sown.stream().map(Sown::toMap).toList());
    write();
  }

  private static void update(String key, Object value) throws IOException {
    Map<String, Object> all = new TreeMap<>();
    if (Files.exists(KEPT)) {
      all.putAll(results().root().unwrapped());
    }
    all.put(key, value);
    Files.writeString(KEPT, json(all));
  }

  /** A map as JSON. */
  static String json(Map<String, Object> map) {
    return ConfigValueFactory.fromMap(map)
            .render(ConfigRenderOptions.concise().setFormatted(true))
            .stripTrailing()
        + "\n";
  }

  /** Makes the page of the results that are kept. */
  static void write() throws IOException {
    Files.writeString(PAGE, text());
  }

  private static Config results() {
    return ConfigFactory.parseFile(KEPT.toFile());
  }

  /** The page as it has to be. */
  static String text() throws IOException {
    Config kept = results();
    StringBuilder page = new StringBuilder(INTRODUCTION);
    page.append("\n## What a fleet is held to\n\n| rule | promise |\n|---|---|\n");
    Stream.of(Rule.values())
        .forEach(rule -> page.append("| `%s` | %s |\n".formatted(rule, rule.promise())));
    page.append(ALLOWANCES.formatted(OverlapRule.WAKE_UP.toMillis()));
    page.append("\n## The last full run\n\n");
    page.append(Summary.read(kept.getConfig("fleets")).toMarkdown());
    page.append("\n## Pictures\n\n").append(PICTURES_TEXT);
    for (String picture : pictures()) {
      page.append("- [%s](reliability/%s)\n".formatted(picture, picture));
    }
    if (kept.hasPath("sown")) {
      page.append(SOWN);
      kept.getConfigList("sown").stream().map(Sown::read).forEach(s -> page.append(s.line()));
    }
    return page.toString();
  }

  private static List<String> pictures() throws IOException {
    if (!Files.exists(PICTURES)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(PICTURES)) {
      return new ArrayList<>(files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  private static final String INTRODUCTION =
      """
      # What fleets withstand

      Made by the tests from [reliability.json](reliability.json); a test holds this page to it.

      `mvn -Pchaos verify` starts fleets of three to five JVMs on real servers of Postgres, Redis, ZooKeeper and
      Hazelcast, alone and in pairs, and on files, and does
      something to them: kills and stops processes before and after each write of the protocol, kills servers, flushes Redis,
      ends sessions, cuts and loses the network, fills the disk. Each process writes down what it does with the time of CLOCK_MONOTONIC, one
      line for each event, to one file for each fleet. A checker that knows the promises, and nothing of how the protocol keeps
      them, judges it. Whoever ends badly is started again, as an orchestrator does. All times are the standard ones.

      | to | run |
      |---|---|
      | start each kind of fleet | `mvn -Pchaos -DskipTests -pl autoinit-chaos -am verify` |
      | start many | the same with `-Dautoinit.chaos.fleets=300` |
      | repeat one | with `-Dautoinit.chaos.seed=SEED -Dautoinit.chaos.fleets=1` |
      | keep the result on this page | with `-Dautoinit.docs.write=true` |

      A seed decides on the fault, the stores, the number of nodes, the point and the times; the interleaving is the machine's.
      The report is `autoinit-chaos/target/chaos/report.md`. Beside it are a picture for each kind of fault and for each fleet that
      broke a promise, and the histories. Every interleaving of a smaller protocol is [the model](spec/README.md)'s affair.
      """;

  private static final String ALLOWANCES =
      """

      Three things are allowed for:

      - A process that was stopped may work for %d ms after SIGCONT until it has noticed: see what [the model](spec/README.md)
        assumes. A step that asks `requireHeld()` gets one beat of 20 ms. A command is not stopped with its JVM, and gets nothing.
      - A lock that is best effort (Redis, a map of Hazelcast), and the lock of a node whose server lost it, may be given away while its holder works: for
        3.6 s at most, the validity of a lease and the cancel grace.
      - Bounds of time grow by how long the kernel says that a thread of the process had work and no processor. A process that waited
        for one for 2 s or more of the last 5 s may lose its lease, or find that a store does not answer.

      Bounds: a successor works 5 s after a SIGKILL of the leader, but 5 s after the lease's time to live where Redis or Hazelcast keep
      the lock, and 5 s after the end of its session, 6 s, where ZooKeeper does; 20 s after
      the leader's network went silent. A failure ends every waiter within 1 s where the store pushes, else within 3 s. After
      Redis lost READY new nodes are let through within 5 s.
      """;

  private static final String PICTURES_TEXT =
      """
      A history as a picture, made by the run above:

      """;

  private static final String SOWN =
      """

      ## Faults sown into the code

      A check is worth what it catches. Each of these was built into a copy of the code, and fleets were started on it until one broke a
      promise. What [the simulation](simulation.md) catches stands on its page.

      | taken away | caught by | fleets it took |
      |---|---|---:|
      """;
}
