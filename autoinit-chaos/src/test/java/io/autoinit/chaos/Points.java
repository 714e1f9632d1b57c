package io.autoinit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The moments of a start at which a fault can strike, and the choice among them. */
final class Points {

  /** Where a command has said that it works. */
  static final String COMMAND_WORKS = "command.works";

  /** Where a process is up and has not begun. */
  static final String BEFORE_START = "start";

  private Points() {}

  /**
   * A moment.
   *
   * @param name as {@link Watched}, {@link PacedStep} and {@link Node} call it
   * @param occurrences how often a leader reaches it for certain
   */
  private record Point(String name, int occurrences) {}

  static Plan choose(long seed, Fault fault, Pairing pairing, Random random) {
    List<Point> points = of(fault, pairing);
    Point point = points.isEmpty() ? new Point("", 1) : points.get(random.nextInt(points.size()));
    return new Plan(
        seed,
        fault,
        pairing,
        fault == Fault.FAILING ? 5 : one(List.of(3, 3, 3, 4, 4, 5), random),
        point.name(),
        1 + random.nextInt(point.occurrences()),
        Duration.ofMillis(one(lasting(fault, pairing), random)),
        manner(fault, random),
        random.nextInt(3) == 0);
  }

  private static <T> T one(List<T> among, Random random) {
    return among.get(random.nextInt(among.size()));
  }

  private static PacedStep.Manner manner(Fault fault, Random random) {
    if (fault == Fault.STUBBORN) {
      return PacedStep.Manner.IGNORES_INTERRUPTS;
    }
    return random.nextBoolean() ? PacedStep.Manner.ASKS : PacedStep.Manner.HONOURS_INTERRUPTS;
  }

  /**
   * In milliseconds: shorter than the validity of a lease, longer, longer than its time to live.
   */
  private static List<Integer> lasting(Fault fault, Pairing pairing) {
    return switch (fault) {
      // A frozen process keeps its file lock for as long as it is frozen.
      case STOP ->
          pairing == Pairing.FILES ? List.of(1_000, 3_000, 6_000) : List.of(1_500, 5_000, 13_000);
      case COMMAND -> List.of(6_000, 13_000);
      case BLACK_HOLE, STUBBORN -> List.of(14_000);
      default -> List.of(500, 2_000, 5_000);
    };
  }

  private static List<Point> of(Fault fault, Pairing pairing) {
    return switch (fault) {
      case CALM, FORGOTTEN, NO_PUSH, READ_ONLY, FAILING -> List.of();
      case KILL, STOP -> everywhere(pairing);
      case COMMAND -> List.of(new Point(COMMAND_WORKS, 1));
      case STUBBORN -> steps();
      case FULL_DISK -> pairing == Pairing.FILES ? everywhere(pairing) : onTheNode(pairing);
      default -> leading(pairing);
    };
  }

  /** Before and after each write of both phases, and in the middle of steps. */
  private static List<Point> everywhere(Pairing pairing) {
    List<Point> points = new ArrayList<>(leading(pairing));
    around(points, pairing.signal() + ".claim", 1);
    around(points, pairing.locks() + ".acquire", 1);
    around(points, pairing.evidence() + ".publish-ready", 1);
    if (pairing.hasLedger()) {
      around(points, pairing.signal() + ".publish-ready", 1);
    }
    around(points, pairing.locks() + ".release", 1);
    points.addAll(onTheNode(pairing));
    return points;
  }

  /** While the leader works at the steps. */
  private static List<Point> leading(Pairing pairing) {
    List<Point> points = new ArrayList<>(steps());
    around(points, pairing.locks() + ".renew", 2);
    around(points, pairing.evidence() + ".publish-running", 4);
    if (pairing.hasLedger()) {
      around(points, pairing.signal() + ".publish-running", 2);
    }
    return points;
  }

  private static List<Point> steps() {
    return Plan.STEPS.stream().map(step -> new Point("step." + step + ".middle", 1)).toList();
  }

  /** In the node phase. */
  private static List<Point> onTheNode(Pairing pairing) {
    List<Point> points = new ArrayList<>();
    points.add(new Point(pairing.markers() + ".acquire-node.after", 1));
    around(points, pairing.markers() + ".put", 1);
    around(points, pairing.markers() + ".release-node", 1);
    points.add(new Point("step." + Plan.NODE_STEP + ".middle", 1));
    return points;
  }

  private static void around(List<Point> points, String write, int occurrences) {
    Stream.of("before", "after")
        .forEach(side -> points.add(new Point(write + "." + side, occurrences)));
  }
}
