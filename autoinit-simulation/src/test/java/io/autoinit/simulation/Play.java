package io.autoinit.simulation;

import io.autoinit.AutoInitException;
import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.core.protocol.Aloud;
import io.autoinit.core.protocol.Board;
import io.autoinit.core.protocol.Deadline;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.protocol.InfrastructurePhase;
import io.autoinit.core.protocol.NodePhase;
import io.autoinit.core.protocol.Patience;
import io.autoinit.core.protocol.Start;
import io.autoinit.core.protocol.Store;
import io.autoinit.core.settings.Pace;
import io.autoinit.simulation.Fault.Where;
import io.autoinit.spi.LockName;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One run of a scenario: the real phases of each process, on the machine. */
final class Play {

  private static final long MILLI = 1_000_000;
  private static final long LONGEST = 30L * 60 * 1000 * MILLI;
  private static final long LAST_THREAD = 30_000 * MILLI;
  private static final int MOST_LIVES = 15;
  private static final RunKey RUN = new RunKey(Namespace.DEFAULT, new RunId("run"));

  private final Scenario scenario;
  private final Referee referee;
  private final Machine machine;
  private final Story story;
  private final Misfortunes misfortunes;
  private final Site lock;
  private final Site signal;
  private final Map<Integer, Life> lives = new HashMap<>();
  private final Map<Integer, Integer> livesOf = new HashMap<>();
  private final Map<Life, Incarnation> processes = new HashMap<>();
  private final Map<String, Integer> runs = new HashMap<>();

  /** The connections of a process, and how it ended. */
  private static final class Incarnation {
    private final Facets lock;
    private final Facets signal;
    private String end = "";

    Incarnation(Facets lock, Facets signal) {
      this.lock = lock;
      this.signal = signal;
    }
  }

  /**
   * How a run went.
   *
   * @param violation the first rule that did not hold
   * @param story what happened, if it was to be told
   * @param seconds how much time passed in the simulation
   */
  record Result(Optional<Violation> violation, List<String> story, long seconds) {}

  private Play(Scenario scenario, Crew crew, boolean told) {
    this.scenario = scenario;
    this.referee = new Referee(scenario);
    this.machine = new Machine(crew, scenario.schedule(), LONGEST, referee);
    referee.watch(machine);
    this.story = new Story(told, machine::now);
    this.lock = new Site(Where.LOCK, machine);
    this.signal = new Site(Where.SIGNAL, machine);
    this.misfortunes = new Misfortunes(scenario, this, machine);
  }

  /** Runs a scenario to its end, or to the first violation. */
  static Result of(Scenario scenario, Crew crew, boolean told) {
    Play play = new Play(scenario, crew, told);
    for (int node = 0; node < scenario.nodes().size(); node++) {
      int number = node;
      play.machine.at(scenario.nodes().get(node).start() * MILLI, () -> play.start(number));
    }
    play.machine.run();
    play.requireGoodEnd();
    play.referee
        .violation()
        .ifPresent(v -> play.story.tell("", "VIOLATION %s: %s", v.rule().title(), v.what()));
    return new Result(
        play.referee.violation(), play.story.lines(), play.machine.now() / 1_000_000_000);
  }

  Story story() {
    return story;
  }

  Referee referee() {
    return referee;
  }

  Site site(Where where) {
    return where == Where.LOCK ? lock : signal;
  }

  Wire wire(Life life, Where where) {
    Incarnation process = process(life);
    return (where == Where.LOCK ? process.lock : process.signal).wire();
  }

  private Incarnation process(Life life) {
    return java.util.Objects.requireNonNull(processes.get(life));
  }

  Optional<Life> life(int node) {
    return Optional.ofNullable(lives.get(node));
  }

  /** Who holds the lock of the infrastructure phase, by its store. */
  Optional<Life> leader() {
    return lock.holder(Facets.INFRASTRUCTURE)
        .flatMap(
            name -> lives.values().stream().filter(l -> l.toString().equals(name)).findFirst());
  }

  /** How often a step has begun; those of a node count for its group. */
  int nextRun(Scenario.Step step, Life life) {
    String key = step.phase() == Phase.NODE ? referee.group(life) + "/" + step.name() : step.name();
    return runs.merge(key, 1, Integer::sum);
  }

  /** The store has noticed that a process is gone. */
  void freeLocksOf(Life life) {
    free(Facets.INFRASTRUCTURE, life);
    free(LockName.node(RUN.namespace(), node(life)), life);
  }

  /** The store believes that a leader is gone. */
  void freeLock(Life life) {
    free(Facets.INFRASTRUCTURE, life);
  }

  private void free(LockName name, Life life) {
    if (lock.holder(name).filter(life.toString()::equals).isPresent()) {
      story.tell(life, "loses %s: the store frees it", name);
      lock.drop(name);
    }
  }

  private NodeId node(Life life) {
    return new NodeId("group-" + referee.group(life));
  }

  // Processes.

  /** Starts another process of a node whose last one has ended, if nobody did. */
  void startAgain(Life last) {
    if (lives.get(last.node()) == last) {
      start(last.node());
    }
  }

  private void start(int node) {
    if (livesOf.getOrDefault(node, 0) == MOST_LIVES) {
      return;
    }
    int number = livesOf.merge(node, 1, Integer::sum);
    int rate = scenario.nodes().get(node).rate();
    Life life = new Life(machine, node, "n%d.%d".formatted(node + 1, number), rate);
    lives.put(node, life);
    processes.put(life, new Incarnation(facets(life, lock), facets(life, signal)));
    story.tell(life, "starts");
    machine.begin(life, () -> live(life));
    machine.at(machine.now() + scenario.bound() * MILLI, () -> requireEnded(life));
  }

  private Facets facets(Life life, Site site) {
    Wire wire = new Wire(life, site, machine, misfortunes, scenario.latency());
    return new Facets(wire, referee, story);
  }

  private void live(Life life) {
    String end;
    try {
      run(life);
      end = "done";
    } catch (AutoInitException | InterruptedException e) {
      end = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    life.requireAlive();
    story.tell(life, "ends: %s", end);
    Incarnation process = process(life);
    process.end = end;
    requireNothingHeld(life);
    long slack = scenario.faults().stream().mapToInt(f -> f.what().lasts()).sum() * MILLI;
    machine.at(machine.now() + LAST_THREAD + slack, () -> requireQuiet(life));
    if (!end.equals("done")) {
      again(life);
    }
  }

  private void again(Life life) {
    long pause = 1_000L + machine.random().nextInt(2_000);
    machine.at(machine.now() + pause * MILLI, () -> startAgain(life));
  }

  private void run(Life life) throws InterruptedException {
    Events events = Aloud.to(event -> hear(life, event));
    Start start =
        new Start(
            RUN,
            life.toString(),
            Pace.STANDARD,
            life,
            events,
            Deadline.in(life, Duration.ofMillis(Scenario.TIMEOUT)),
            scenario.halts() ? Optional.of(halt(life)) : Optional.empty(),
            UnaryOperator.identity());
    Incarnation mine = process(life);
    Board board =
        new Board(
            RUN,
            life,
            store(start, "signal", () -> Optional.of(mine.signal.readiness())),
            store(
                start,
                "locks",
                () -> scenario.ledger() ? Optional.of(mine.lock.readiness()) : Optional.empty()));
    boolean waitsOnly = scenario.nodes().get(life.node()).waitsOnly();
    if (!waitsOnly) {
      new InfrastructurePhase(
              start,
              board,
              store(start, "locks", mine.lock::locks),
              steps(life, Phase.INFRASTRUCTURE))
          .run();
      requireReady(life);
    }
    if (waitsOnly || !scenario.stepsOf(Phase.NODE).isEmpty()) {
      new NodePhase(
              start,
              waitsOnly ? Optional.of(board) : Optional.empty(),
              store(start, "locks", mine.lock::locks),
              store(start, "markers", mine.lock::markers),
              store -> new MarkerKey(RUN.namespace(), node(life), RUN.runId()),
              steps(life, Phase.NODE),
              scenario.fatal())
          .run();
      requireReady(life);
    }
  }

  /** As a start has them: who waits gives a call up at the deadline. */
  private static <F> Store<F> store(Start start, String name, Supplier<F> facet) {
    return new Store<>(
        name,
        facet,
        start.events(),
        new AtomicReference<>(Optional.empty()),
        () -> {},
        new Patience(start.timeline(), start::deadline, n -> {}, n -> {}, n -> Optional.empty()));
  }

  private List<InitStep> steps(Life life, Phase phase) {
    return scenario.stepsOf(phase).stream()
        .map(step -> (InitStep) new SimulatedStep(step, life, this))
        .toList();
  }

  private IntConsumer halt(Life life) {
    return code -> {
      story.tell(life, "halts with %d", code);
      life.die();
      if (machine.random().nextBoolean()) {
        machine.at(machine.now() + 300 * MILLI, () -> freeLocksOf(life));
      }
      again(life);
      life.requireAlive();
    };
  }

  private void hear(Life life, InitEvent event) {
    if (story.told()
        && (event instanceof InitEvent.LeaseLost
            || event instanceof InitEvent.TakenOver
            || event instanceof InitEvent.StepStuck)) {
      story.tell(life, event.toString());
    }
  }

  // What is asked of processes.

  private void requireReady(Life life) {
    if (!referee.records().ready()) {
      referee.violated(Rule.READY_IS_TRUE, "%s goes on, and nothing was READY".formatted(life));
    }
  }

  private void requireEnded(Life life) {
    if (!life.dead() && process(life).end.isEmpty()) {
      referee.violated(
          Rule.EVERY_NODE_ENDS, "%s has not ended after %d ms".formatted(life, scenario.bound()));
    }
  }

  private void requireQuiet(Life life) {
    if (!life.dead() && machine.works(life)) {
      referee.violated(Rule.NOTHING_LEFT, "%s ended, and its threads did not".formatted(life));
    }
    if (!life.dead()) {
      // What a call that was given up has brought after the end.
      requireNothingHeld(life);
    }
  }

  private void requireNothingHeld(Life life) {
    Incarnation process = process(life);
    for (Facets facets : List.of(process.lock, process.signal)) {
      if (!facets.leases().isEmpty()) {
        referee.violated(
            Rule.NOTHING_LEFT, "%s ended and holds %s".formatted(life, facets.leases()));
      }
    }
  }

  private void requireGoodEnd() {
    lives.forEach(
        (node, life) -> {
          if (!life.dead() && !process(life).end.equals("done")) {
            referee.violated(
                Rule.EVERY_NODE_ENDS,
                "n%d is not done after %d starts; the last one ended with %s"
                    .formatted(node + 1, livesOf.getOrDefault(node, 0), process(life).end));
          }
        });
  }
}
