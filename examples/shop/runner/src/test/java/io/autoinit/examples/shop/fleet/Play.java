package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A situation that is played by its section of the page, in a shop of its own. */
final class Play implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private static final String TYPED = "$ ";
  private static final String LOG = "# log of ";

  private final String section;
  private final Built built;
  private final Servers servers;
  private final Path directory;
  private final Shop shop;
  private final Sample sample;
  private final List<OperationsPage.Block> blocks;
  private final List<String> statements;
  private final List<List<String>> played = new ArrayList<>();
  private final List<Pod> pods = new ArrayList<>();

  /**
   * Where a shop has its data, and nobody else.
   *
   * @param database a JDBC URL
   * @param redis a URL
   * @param more what its replicas are told beside it
   */
  record Shop(String database, String redis, Map<String, String> more) {

    Map<String, String> environment() {
      Map<String, String> environment = new LinkedHashMap<>(more);
      environment.put("AUTOINIT_BACKENDS_POSTGRES_URL", database);
      environment.put("AUTOINIT_BACKENDS_REDIS_URL", redis);
      environment.put("SHOP_DB_URL", database + "?currentSchema=public");
      return environment;
    }
  }

  Play(
      OperationsPage page,
      String section,
      Built built,
      Servers servers,
      Path directory,
      Shop shop,
      Sample sample) {
    this.section = section;
    this.blocks = page.blocks(section);
    this.statements = new ArrayList<>(page.statements(section));
    this.built = built;
    this.servers = servers;
    this.directory = directory;
    this.shop = shop;
    this.sample = sample;
  }

  Servers servers() {
    return servers;
  }

  /** Starts a container, or starts one again that was there before. */
  Pod start(String name, Map<String, String> more) {
    Fleet fleet = fleet(more);
    Pod pod = Pod.start(name, fleet.container(name, false), fleet.shop());
    pods.add(pod);
    return pod;
  }

  /** A shell in a container that runs nothing else. */
  Pod shell(String name, Map<String, String> more) {
    Pod pod = Pod.start(name, fleet(more).container(name, false), List.of("true"));
    pods.add(pod);
    return pod;
  }

  private Fleet fleet(Map<String, String> more) {
    Map<String, String> all = shop.environment();
    all.putAll(more);
    return new Fleet(built, servers, directory, all, new Story(System.out));
  }

  /** What somebody does to the database of the shop. */
  void sql(String statement) throws SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  /** The statement of the next block of SQL; the rows that come out. */
  List<String> query() throws SQLException {
    assertThat(statements).as("SQL of '%s'", section).isNotEmpty();
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement sql = connection.createStatement();
        ResultSet result = sql.executeQuery(statements.remove(0))) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  /** A session of somebody in that database. */
  Connection connect() throws SQLException {
    return servers.postgres().connect(shop.database() + "?currentSchema=public");
  }

  /** Waits until a leader seeds and has recorded so: whoever comes now is told of its step. */
  void seeds(Pod leader) throws InterruptedException {
    leader.says("10,000 of");
    recordsSeeding(leader);
  }

  /** Waits until a leader that seeds has recorded so. */
  void recordsSeeding(Pod leader) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (run(leader, "autoinit status").stream().noneMatch(l -> l.contains("step seed"))) {
      assertThat(System.nanoTime()).as("the leader records its step").isLessThan(deadline);
      Thread.sleep(BETWEEN.toMillis());
    }
  }

  /** The command of the next block, typed in a container. */
  void type(Pod pod) throws InterruptedException {
    OperationsPage.Block block = next(TYPED);
    played(block, run(pod, block));
  }

  /** The same, typed again and again until it says what it must come to. */
  void type(Pod pod, String until) throws InterruptedException {
    OperationsPage.Block block = next(TYPED);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<String> said = run(pod, block);
    while (said.stream().noneMatch(line -> line.contains(until))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "'%s' does not come to say '%s', but:%n%s"
                .formatted(block.head(), until, String.join("\n", said)));
      }
      Thread.sleep(BETWEEN.toMillis());
      said = run(pod, block);
    }
    played(block, said);
  }

  /** The log of the next block: those lines of it that hold the parts, in this order. */
  void read(Pod pod, String... parts) throws InterruptedException {
    OperationsPage.Block block = next(LOG);
    assertThat(block.head()).isEqualTo(LOG + pod.name());
    played(block, pod.lines(parts));
  }

  private OperationsPage.Block next(String beginning) {
    assertThat(blocks.size()).as("blocks of '%s'", section).isGreaterThan(played.size());
    OperationsPage.Block block = blocks.get(played.size());
    assertThat(block.head()).startsWith(beginning);
    return block;
  }

  private void played(OperationsPage.Block block, List<String> said) {
    List<String> lines = new ArrayList<>();
    lines.add(block.head());
    lines.addAll(sample.of(said));
    // What differs in spans alone stays as it is: no change of the page without news.
    played.add(Sample.lasting(lines).equals(Sample.lasting(block.lines())) ? block.lines() : lines);
  }

  private List<String> run(Pod pod, OperationsPage.Block block) throws InterruptedException {
    return run(pod, block.head().substring(TYPED.length()));
  }

  private List<String> run(Pod pod, String typed) throws InterruptedException {
    List<String> words = Arrays.asList(typed.split(" +"));
    assertThat(words.get(0)).isEqualTo("autoinit");
    List<String> command =
        Stream.concat(Stream.of(built.autoinit().toString()), words.stream().skip(1)).toList();
    try {
      // As on a terminal, where both streams come together.
      Process process = pod.container().process(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      // The story comes from a thread of its own, so that it may be behind an answer or before it.
      List<String> lines = new ArrayList<>(said.lines().filter(Play::isStory).toList());
      said.lines().filter(line -> !isStory(line)).forEach(lines::add);
      if (process.exitValue() != 0) {
        lines.add("(exit code %d)".formatted(process.exitValue()));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(typed + " does not start", e);
    }
  }

  private static boolean isStory(String line) {
    return line.matches("autoinit \\d\\d:.*");
  }

  /** What came out, for each block; fails if the page has a block that was not played. */
  List<List<String>> played() {
    assertThat(blocks.stream().skip(played.size()).map(OperationsPage.Block::head))
        .as("blocks of '%s' that nobody played", section)
        .isEmpty();
    assertThat(statements).as("SQL of '%s' that nobody ran", section).isEmpty();
    return played;
  }

  @Override
  public void close() {
    pods.forEach(Pod::close);
  }
}
