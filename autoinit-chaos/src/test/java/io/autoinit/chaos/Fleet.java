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

  private static final Duration PATIENCE = Duration.ofSeconds(FleetSettings.TIMEOUT_SECONDS + 30);
  private static final Duration PAUSE_BEFORE_RESTART = Duration.ofMillis(500);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int MOST_LIVES = 12;

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
    this.injector = new Injector(plan, lane, settings.files(), scribe);
  }

  private Path history() {
    return directory.resolve("history.tsv");
  }

  private Path failsWhile() {
    return directory.resolve("fails-while");
  }

  Result run() throws InterruptedException, IOException {
    long began = System.nanoTime();
    scribe.write("plan", "seed", plan.seed(), "what", plan);
    lane.clean(plan);
    injector.begin();
    boolean ended = start();
    injector.end();
    scribe.write("over", "ended", ended);
    if (ended) {
      look();
    }
    List<Entry> entries = History.read(history());
    var took = Duration.ofNanos(System.nanoTime() - began);
    return new Checker(plan, entries).result(history(), took);
  }

  private boolean start() throws InterruptedException, IOException {
    List<String> first = plan.allNodes().subList(0, plan.nodes());
    if (plan.fault() == Fault.FAILING) {
      Files.createFile(failsWhile());
      boolean ended = ended(first, 1, false);
      Files.delete(failsWhile());
      return ended && ended(first, 2, true);
    }
    boolean ended = ended(first, 1, true);
    if (plan.fault() == Fault.FORGOTTEN && ended) {
      injector.forgetReadiness();
      return ended(plan.allNodes().subList(plan.nodes(), plan.allNodes().size()), 1, true);
    }
    return ended;
  }

  private boolean ended(List<String> nodes, int life, boolean again)
      throws InterruptedException, IOException {
    for (String node : nodes) {
      start(node, life);
    }
    return awaitEnds(System.nanoTime() + PATIENCE.toNanos(), again);
  }

  private void start(String node, int life) throws IOException {
    String name = node + "." + life;
    Path file = directory.resolve(name + ".properties");
    var properties = new Properties();
    properties.putAll(FleetSettings.watched(settingsOf(node)));
    properties.setProperty("chaos.history", history().toString());
    properties.setProperty("chaos.process", name);
    properties.setProperty("chaos.node", node);
    properties.setProperty("chaos.steps", String.join(",", Plan.STEPS));
    properties.setProperty("chaos.step-millis", Long.toString(Plan.WORK.toMillis()));
    properties.setProperty("chaos.slow-step", plan.slowStep());
    properties.setProperty("chaos.slow-millis", Long.toString(plan.slowWork().toMillis()));
    properties.setProperty("chaos.manner", plan.manner().name());
    properties.setProperty("chaos.point", injector.isDone() ? "" : pointOf(node));
    properties.setProperty("chaos.occurrence", Integer.toString(plan.occurrence()));
    properties.setProperty("chaos.fails", Plan.FAILING_STEP);
    properties.setProperty("chaos.fails-while", failsWhile().toString());
    if (plan.fault() == Fault.COMMAND) {
      properties.setProperty(
          "chaos.config", Commands.configure(directory, name, history()).toString());
    }
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    scribe.write("start", "of", name);
    running.add(NodeProcess.start(node, life, launch, file, injector::reached));
  }

  /** The last node of a fleet whose step fails comes just after the failure. */
  private String pointOf(String node) {
    return plan.fault() == Fault.FAILING && node.equals("n" + plan.nodes())
        ? Points.BEFORE_START
        : plan.point();
  }

  private Map<String, String> settingsOf(String node) {
    return settings.of(node, lane, injector.network(node));
  }

  /** Waits for all; starts again, as an orchestrator does, whoever did not end well. */
  private boolean awaitEnds(long deadline, boolean again) throws InterruptedException, IOException {
    while (!running.isEmpty()) {
      for (NodeProcess process : List.copyOf(running)) {
        if (!process.isAlive()) {
          running.remove(process);
          scribe.write(
              "exit", "of", process.name(), "code", process.code(), "killed", process.wasKilled());
          if (plan.fault() == Fault.FAILING && process.code() == 70) {
            injector.failed();
          }
          if (again && process.code() != 0 && process.life() < MOST_LIVES) {
            TimeUnit.NANOSECONDS.sleep(PAUSE_BEFORE_RESTART.toNanos());
            start(process.node(), process.life() + 1);
          }
        }
      }
      if (System.nanoTime() > deadline) {
        running.forEach(process -> scribe.write("stuck", "of", process.name()));
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  private void look() throws InterruptedException, IOException {
    var stores = new Stores(plan, scribe);
    Duration patience = plan.pairing().outlives().plus(AT_ONCE);
    stores.lookAtFleet(settingsOf("n1"), patience);
    for (String node : plan.allNodes()) {
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
