package io.autoinit.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** Runs one fleet as its plan says, and has its history judged. */
final class Fleet implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(FleetSettings.TIMEOUT_SECONDS + 20);
  private static final Duration PAUSE_BEFORE_RESTART = Duration.ofMillis(500);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int MOST_LIVES = 8;

  private final Plan plan;
  private final Lane lane;
  private final Path directory;
  private final Launch launch;
  private final FleetSettings settings;
  private final Scribe scribe;
  private final Injector injector;
  private final List<NodeProcess> running = new ArrayList<>();

  /**
   * Prepares a fleet.
   *
   * @param directory for its files alone
   * @param launch how its processes are started
   */
  Fleet(Plan plan, Lane lane, Path directory, Launch launch) {
    this.plan = plan;
    this.lane = lane;
    this.directory = directory;
    this.launch = launch;
    this.settings = new FleetSettings(plan, directory);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.scribe = new Scribe(history(), Entry.CHAOS);
    this.injector = new Injector(plan, lane, scribe);
  }

  private Path history() {
    return directory.resolve("history.tsv");
  }

  Result run() throws InterruptedException, IOException {
    long began = System.nanoTime();
    scribe.write("plan", "seed", plan.seed(), "what", plan);
    lane.clean();
    for (int i = 1; i <= plan.nodes(); i++) {
      start("n" + i, 1);
    }
    boolean ended = awaitEnds(began);
    injector.end();
    scribe.write("over", "ended", ended);
    if (ended) {
      look();
    }
    List<Entry> entries = History.read(history());
    var took = Duration.ofNanos(System.nanoTime() - began);
    return new Checker(plan, entries).result(history(), took);
  }

  private void start(String node, int life) {
    Path file = directory.resolve(node + "." + life + ".properties");
    var properties = new Properties();
    properties.putAll(FleetSettings.watched(settingsOf(node)));
    properties.setProperty("chaos.history", history().toString());
    properties.setProperty("chaos.process", node + "." + life);
    properties.setProperty("chaos.node", node);
    properties.setProperty("chaos.steps", String.join(",", Plan.STEPS));
    properties.setProperty("chaos.step-millis", Long.toString(Plan.WORK.toMillis()));
    properties.setProperty("chaos.manner", plan.manner().name());
    properties.setProperty("chaos.point", injector.isDone() ? "" : plan.point());
    properties.setProperty("chaos.occurrence", Integer.toString(plan.occurrence()));
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scribe.write("start", "of", node + "." + life);
    running.add(NodeProcess.start(node, life, launch, file, injector::reached));
  }

  private Map<String, String> settingsOf(String node) {
    return settings.of(node, lane, injector.network(node));
  }

  /** Starts again whoever did not end well, as an orchestrator does, until all have. */
  private boolean awaitEnds(long began) throws InterruptedException {
    while (!running.isEmpty()) {
      for (NodeProcess process : List.copyOf(running)) {
        if (!process.isAlive()) {
          running.remove(process);
          scribe.write(
              "exit", "of", process.name(), "code", process.code(), "killed", process.wasKilled());
          if (process.code() != 0 && process.life() < MOST_LIVES) {
            TimeUnit.NANOSECONDS.sleep(PAUSE_BEFORE_RESTART.toNanos());
            start(process.node(), process.life() + 1);
          }
        }
      }
      if (System.nanoTime() - began > PATIENCE.toNanos()) {
        running.forEach(process -> scribe.write("stuck", "of", process.name()));
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  private void look() throws InterruptedException, IOException {
    var stores = new Stores(plan, scribe);
    // A lock that is best effort outlives whoever was killed by its time to live.
    Duration patience = plan.pairing().strong() ? AT_ONCE : Plan.LEASE_TTL.plus(AT_ONCE);
    stores.lookAtFleet(settingsOf("n1"), patience);
    for (int i = 1; i <= plan.nodes(); i++) {
      String node = "n" + i;
      stores.lookAtNode(node, settingsOf(node), patience);
    }
    stores.lookForFiles(directory);
    stores.lookForProcesses(directory);
  }

  @Override
  public void close() {
    running.forEach(NodeProcess::kill);
    injector.close();
    scribe.close();
  }
}
