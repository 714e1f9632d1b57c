package io.autoinit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What becomes of one fleet: all of it follows from the seed. The interleaving is the machine's, so
 * a seed repeats the fault, and not each step of it.
 *
 * @param seed what it follows from
 * @param fault what is done
 * @param pairing on which stores
 * @param nodes how many members start at once
 * @param point the moment at which it is done; empty for faults that choose their own
 * @param occurrence which occurrence of the point in a process, counted from 1
 * @param lasting how long it lasts
 * @param manner how the steps behave when they are to stop
 * @param grouped whether the first two nodes share their markers
 */
record Plan(
    long seed,
    Fault fault,
    Pairing pairing,
    int nodes,
    String point,
    int occurrence,
    Duration lasting,
    PacedStep.Manner manner,
    boolean grouped) {

  /** Which pairings are tried, by name and with commas between; all if nothing is said. */
  private static final List<String> ONLY =
      Stream.of(System.getProperty("autoinit.chaos.pairings", "").split(","))
          .filter(name -> !name.isBlank())
          .toList();

  static final Duration LEASE_TTL = Duration.ofSeconds(10);

  /** The longest time that a former leader may work on: its validity and the cancel grace. */
  static final Duration LONGEST_AFTERLIFE = Duration.ofMillis(3_600);

  static final List<String> STEPS = List.of("alpha", "beta", "gamma");
  static final String FAILING_STEP = "gamma";
  static final String NODE_STEP = "files";
  static final Duration WORK = Duration.ofMillis(400);

  /** A fault and the stores that it is tried on. */
  record Case(Fault fault, Pairing pairing) {}

  /** Each fault on each pairing once; the two that have many points some more times. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      fault.pairings().forEach(pairing -> cases.add(new Case(fault, pairing)));
    }
    for (Pairing pairing : Pairing.values()) {
      cases.addAll(Collections.nCopies(3, new Case(Fault.KILL, pairing)));
      cases.addAll(Collections.nCopies(2, new Case(Fault.STOP, pairing)));
    }
    cases.removeIf(c -> !ONLY.isEmpty() && !ONLY.contains(c.pairing().name()));
    return cases;
  }

  static Plan of(long seed) {
    List<Case> cases = cases();
    Case chosen = cases.get((int) Math.floorMod(seed, (long) cases.size()));
    var random = new Random(seed * 0x9E3779B97F4A7C15L);
    return Points.choose(seed, chosen.fault(), chosen.pairing(), random);
  }

  /** One member on all stores, to which nothing happens. */
  static Plan training() {
    return new Plan(
        -1,
        Fault.CALM,
        Pairing.POSTGRES_REDIS,
        1,
        "",
        1,
        Duration.ZERO,
        PacedStep.Manner.ASKS,
        false);
  }

  /** All infrastructure steps, in their order. */
  List<String> steps() {
    return fault == Fault.COMMAND ? List.of("alpha", "beta", "gamma", Commands.STEP) : STEPS;
  }

  /** The step that works longer than the others, so that it is at work when a lease ends. */
  String slowStep() {
    if (fault == Fault.FAILING) {
      return FAILING_STEP;
    }
    return STEPS.stream().filter(point::contains).findFirst().orElse("beta");
  }

  /** How long that step works. */
  Duration slowWork() {
    return switch (fault) {
      case STOP,
          CUT,
          POSTGRES_KILLED,
          REDIS_KILLED,
          ZOOKEEPER_STOPPED,
          SESSION_EXPIRED,
          HAZELCAST_KILLED,
          FLUSHED ->
          Duration.ofSeconds(2);
      case FAILING -> Duration.ofSeconds(3);
      case BLACK_HOLE -> Duration.ofSeconds(5);
      case STUBBORN -> Duration.ofSeconds(7);
      default -> WORK;
    };
  }

  /** All nodes that ever start. */
  List<String> allNodes() {
    int all = nodes + (fault == Fault.FORGOTTEN ? 2 : 0);
    return IntStream.rangeClosed(1, all).mapToObj(i -> "n" + i).toList();
  }

  /** The name of a fleet, of its namespace and of its files. */
  String name() {
    return seed < 0 ? "training" : "f" + seed;
  }

  /** Who shares the markers of a node. */
  String group(String node) {
    if (pairing == Pairing.FILES) {
      return "local";
    }
    return grouped && (node.equals("n1") || node.equals("n2")) ? "shared" : node;
  }

  @Override
  public String toString() {
    return "seed %d: %s on %s, %d nodes%s, lasting %d ms, steps %s%s"
        .formatted(
            seed,
            fault,
            pairing.title(),
            nodes,
            point.isEmpty() ? "" : ", at %s #%d".formatted(point, occurrence),
            lasting.toMillis(),
            manner,
            grouped ? ", two share a node" : "");
  }
}
