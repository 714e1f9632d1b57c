package io.autoinit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The moments of a start at which a fault can strike, and the choice among them. */
final class Points {

  private Points() {}

  /**
   * A moment.
   *
   * @param name as {@link Watched} and {@link PacedStep} call it
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
        nodes(random),
        point.name(),
        1 + random.nextInt(point.occurrences()),
        lasting(fault, pairing, random),
        manner(random),
        random.nextInt(3) == 0);
  }

  private static int nodes(Random random) {
    return 3 + random.nextInt(3);
  }

  private static PacedStep.Manner manner(Random random) {
    return random.nextBoolean() ? PacedStep.Manner.ASKS : PacedStep.Manner.HONOURS_INTERRUPTS;
  }

  /** Shorter than the validity of a lease, longer, longer than the takeover delay and the ttl. */
  private static Duration lasting(Fault fault, Pairing pairing, Random random) {
    List<Integer> millis =
        fault == Fault.STOP
            // A frozen process keeps its file lock for as long as it is frozen.
            ? pairing == Pairing.FILES
                ? List.of(1_000, 3_000, 6_000)
                : List.of(1_500, 5_000, 13_000)
            : List.of(1_000, 2_500, 5_000);
    return Duration.ofMillis(millis.get(random.nextInt(millis.size())));
  }

  private static List<Point> of(Fault fault, Pairing pairing) {
    return switch (fault) {
      case CALM -> List.of();
      case KILL, STOP -> everywhere(pairing);
    };
  }

  /** Before and after each write of both phases, and in the middle of steps. */
  private static List<Point> everywhere(Pairing pairing) {
    List<Point> points = new ArrayList<>(leading(pairing));
    around(points, pairing.signal() + ".claim", 1);
    around(points, pairing.locks() + ".acquire", 1);
    around(points, pairing.locks() + ".publish-ready", 1);
    if (!pairing.signal().equals(pairing.locks())) {
      around(points, pairing.signal() + ".publish-ready", 1);
    }
    around(points, pairing.locks() + ".release", 1);
    points.add(new Point(pairing.markers() + ".acquire-node.after", 1));
    around(points, pairing.markers() + ".put", 1);
    around(points, pairing.markers() + ".release-node", 1);
    points.add(new Point("step." + Plan.NODE_STEP + ".middle", 1));
    return points;
  }

  /** While the leader works at the steps. */
  private static List<Point> leading(Pairing pairing) {
    List<Point> points = new ArrayList<>();
    around(points, pairing.locks() + ".renew", 2);
    around(points, pairing.locks() + ".publish-running", 4);
    if (!pairing.signal().equals(pairing.locks())) {
      around(points, pairing.signal() + ".publish-running", 2);
    }
    Plan.STEPS.forEach(step -> points.add(new Point("step." + step + ".middle", 1)));
    return points;
  }

  private static void around(List<Point> points, String write, int occurrences) {
    Stream.of("before", "after")
        .forEach(side -> points.add(new Point(write + "." + side, occurrences)));
  }
}
