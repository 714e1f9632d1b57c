package io.autoinit.simulation;

import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.simulation.Fault.Around;
import io.autoinit.simulation.Fault.At;
import io.autoinit.simulation.Fault.Hints;
import io.autoinit.simulation.Fault.Misfortune;
import io.autoinit.simulation.Fault.Way;
import io.autoinit.simulation.Fault.Where;
import io.autoinit.simulation.Scenario.Node;
import io.autoinit.simulation.Scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes scenarios from seeds. */
final class Scenarios {

  private static final int LONG_STUBBORN = 6_000;
  private static final int SLOW_CLOCK = 91;

  private final SplittableRandom random;
  private final boolean ledger;
  private final boolean halts;
  private int nodes;

  private Scenarios(long seed) {
    random = new SplittableRandom(seed);
    ledger = chance(70);
    halts = chance(60);
  }

  /** The scenario of a seed. */
  static Scenario of(long seed) {
    return new Scenarios(seed).scenario();
  }

  private Scenario scenario() {
    List<Node> fleet = fleet();
    nodes = fleet.size();
    List<Step> steps = new ArrayList<>();
    int infrastructure = between(1, 3);
    for (int i = 0; i < infrastructure; i++) {
      steps.add(step(Phase.INFRASTRUCTURE, "i" + (i + 1)));
    }
    int own = chance(60) ? between(1, 2) : 0;
    for (int i = 0; i < own; i++) {
      steps.add(step(Phase.NODE, "n" + (i + 1)));
    }
    List<Fault> faults = new ArrayList<>();
    int many = chance(10) ? 0 : between(1, 4);
    int plot = random.nextInt(100);
    if (plot < 8 && ledger) {
      doubtfulStart(faults);
    } else if (plot < 20 && ledger) {
      fadingLeader(faults);
      steps.set(0, halts && chance(50) ? longWork(LONG_STUBBORN) : longWork(950));
    } else if (plot < 26) {
      lastWords(faults);
    } else if (plot < 30 && ledger) {
      failureOutOfSight(faults);
      steps.set(0, failing(between(1_000, 7_000)));
    } else if (plot < 33 && ledger) {
      unheardReady(fleet, faults);
    } else if (plot < 37 && ledger) {
      sleepingScribe(faults);
      steps.set(0, longWork(0));
    } else if (plot < 42 && ledger) {
      doubtfulRecord(faults);
      steps.set(0, longWork(950));
    } else if (plot < 45) {
      overtakenFailure(faults);
      steps.set(0, failing(between(100, 1_500)));
    } else if (plot < 48 && ledger) {
      lateAnswers(fleet, faults);
      steps.set(0, longWork(950));
    } else if (plot < 50) {
      lateGrant(fleet, faults);
    }
    many = faults.isEmpty() ? many : many / 2;
    for (int i = 0; i < many; i++) {
      faults.add(new Fault(trigger(), misfortune()));
    }
    int latency = chance(40) ? 0 : chance(70) ? between(1, 30) : between(50, 250);
    return new Scenario(
        random.nextInt(1_000_000), fleet, steps, ledger, halts, chance(20), latency, faults);
  }

  private List<Node> fleet() {
    int many = chance(30) ? 2 : chance(55) ? 3 : chance(60) ? 4 : 5;
    boolean together = chance(50);
    boolean exact = chance(30);
    int groups = chance(40) ? 1 : many;
    List<Node> fleet = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      fleet.add(
          new Node(
              together ? 0 : between(0, 6_000),
              exact ? 100 : chance(40) ? SLOW_CLOCK : between(SLOW_CLOCK, 109),
              i % groups,
              i > 0 && chance(10)));
    }
    return fleet;
  }

  private Step step(Phase phase, String name) {
    int bad = chance(15) ? between(1, 2) : 0;
    boolean hangs = bad > 0 && chance(30);
    int work = chance(50) ? between(50, 900) : between(900, 5_000);
    int timeout = hangs ? work * 2 + 500 : 0;
    int stubborn = !chance(25) ? 0 : halts && chance(50) ? LONG_STUBBORN : between(100, 950);
    OnFailure onFailure =
        chance(85) == (phase == Phase.INFRASTRUCTURE) ? OnFailure.ABORT : OnFailure.CONTINUE;
    return new Step(
        phase,
        name,
        work,
        bad,
        hangs,
        chance(70) ? 1 : 2,
        onFailure,
        timeout,
        stubborn,
        chance(70),
        chance(20));
  }

  private Fault.Trigger trigger() {
    if (chance(45)) {
      return new At(between(0, 15_000));
    }
    int latest = chance(60) ? 15 : 60;
    return new Around(anybody(), between(1, latest), random.nextBoolean());
  }

  /** Several members believe that it is theirs to lead, and the lock goes from one to the other. */
  private void doubtfulStart(List<Fault> faults) {
    faults.add(new Fault(new At(0), new Fault.FalseClaims(between(500, 8_000))));
    int late = between(300, 1_900);
    faults.add(
        new Fault(aroundRequest(2, 6), new Fault.Late(Fault.LEADER, Where.LOCK, late, false)));
    faults.add(new Fault(aroundRequest(3, 8), new Fault.Drop()));
  }

  private Fault.Trigger aroundRequest(int first, int last) {
    return new Around(Fault.LEADER, between(first, last), random.nextBoolean());
  }

  /** The leader hears late from the store of its lock, then no more, and its lock is freed. */
  private void fadingLeader(List<Fault> faults) {
    int begin = between(1, 2_000);
    if (chance(60)) {
      int by = between(300, 900);
      faults.add(
          new Fault(new At(begin), new Fault.SlowAnswers(Fault.LEADER, Where.LOCK, 10_000, by)));
    }
    Fault.Trigger then = chance(50) ? new At(begin + between(500, 4_000)) : aroundRequest(8, 40);
    int lasts = between(5_000, 9_000);
    faults.add(new Fault(then, new Fault.CutOff(Fault.LEADER, lasts, way(), between(0, 2_000))));
    if (chance(60)) {
      faults.add(new Fault(then, new Fault.Flush()));
    }
    if (chance(40)) {
      int late = between(300, 4_000);
      faults.add(
          new Fault(
              aroundRequest(1, 12), new Fault.Late(Fault.LEADER, Where.LOCK, late, chance(50))));
    }
  }

  /** Members with slow clocks, a leader that hears late from its store, and then no more. */
  private void lateAnswers(List<Node> fleet, List<Fault> faults) {
    fleet.replaceAll(n -> new Node(n.start(), SLOW_CLOCK, n.group(), n.waitsOnly()));
    Fault.Trigger then = new Around(Fault.LEADER, between(8, 24), true);
    int by = between(400, 900);
    faults.add(
        new Fault(
            aroundRequest(3, 6), new Fault.SlowAnswers(Fault.LEADER, Where.LOCK, 12_000, by)));
    int freed = between(0, 1_500);
    faults.add(
        new Fault(then, new Fault.CutOff(Fault.LEADER, between(5_000, 9_000), Way.LOST, freed)));
    faults.add(new Fault(then, new Fault.Flush()));
  }

  /** The store of the lock comes back when the time of who claims is nearly up, and is slow. */
  private void lateGrant(List<Node> fleet, List<Fault> faults) {
    fleet.replaceAll(n -> new Node(0, 100, n.group(), n.waitsOnly()));
    int back = Scenario.TIMEOUT - between(0, 1_500);
    faults.add(new Fault(new At(0), new Fault.Outage(Where.LOCK, back, Way.REFUSED)));
    faults.add(
        new Fault(
            new At(back), new Fault.Slow(Where.LOCK, between(2_000, 8_000), between(300, 1_500))));
  }

  /** What a leader sent arrives long after it, and then the leader dies. */
  private void lastWords(List<Fault> faults) {
    int sent = between(500, 5_000);
    int late = between(2_100, 6_000);
    Where evidence = ledger ? Where.LOCK : Where.SIGNAL;
    faults.add(new Fault(new At(sent), new Fault.Late(Fault.LEADER, evidence, late, true)));
    faults.add(
        new Fault(
            new At(sent + late + between(0, 1_000)),
            new Fault.Crash(Fault.LEADER, between(300, 6_000), between(0, 3_000))));
  }

  /** The leader fails, and only the ledger hears of it, while another waits for its lock. */
  private void failureOutOfSight(List<Fault> faults) {
    faults.add(
        new Fault(
            aroundRequest(4, 14),
            new Fault.Cut(Fault.LEADER, Where.SIGNAL, between(8_000, 12_000), way())));
  }

  /** A member that only waits comes late, when the signal has lost READY and nobody is left. */
  private void unheardReady(List<Node> fleet, List<Fault> faults) {
    Node last = fleet.get(nodes - 1);
    int comes = between(20_000, 30_000);
    fleet.set(nodes - 1, new Node(comes, last.rate(), last.group(), true));
    faults.add(new Fault(new At(comes - between(0, 3_000)), new Fault.Flush()));
  }

  /** The leader sleeps before it first tells the signal, and wakes up after it was succeeded. */
  private void sleepingScribe(List<Fault> faults) {
    Fault.Trigger then = new Around(Fault.LEADER, between(3, 8), false);
    // The later of these happens first.
    faults.add(new Fault(then, new Fault.Drop()));
    faults.add(new Fault(then, new Fault.Pause(Fault.LEADER, between(5_000, 9_000))));
  }

  /** The answer to the leader's first record is lost, and soon after that all others are. */
  private void doubtfulRecord(List<Fault> faults) {
    Fault.Trigger then = aroundRequest(9, 22);
    int late = between(2_000, 3_500);
    faults.add(
        new Fault(
            new Around(Fault.LEADER, between(2, 4), false),
            new Fault.Late(Fault.LEADER, Where.LOCK, late, false)));
    int freed = between(0, 1_500);
    faults.add(
        new Fault(then, new Fault.CutOff(Fault.LEADER, between(5_000, 9_000), way(), freed)));
    faults.add(new Fault(then, new Fault.Flush()));
  }

  /** A heartbeat of the leader arrives after the failure that it told later. */
  private void overtakenFailure(List<Fault> faults) {
    Where evidence = ledger ? Where.LOCK : Where.SIGNAL;
    int late = between(2_000, 3_500);
    faults.add(new Fault(aroundRequest(3, 12), new Fault.Late(Fault.LEADER, evidence, late, true)));
  }

  private Step failing(int work) {
    return new Step(
        Phase.INFRASTRUCTURE,
        "i1",
        work,
        1,
        false,
        1,
        OnFailure.ABORT,
        0,
        0,
        chance(50),
        chance(50));
  }

  /** One that takes all the time there is, and as long to stop. */
  private Step longWork(int stubborn) {
    return new Step(
        Phase.INFRASTRUCTURE,
        "i1",
        between(5_000, 12_000),
        0,
        false,
        1,
        OnFailure.ABORT,
        0,
        stubborn,
        chance(50),
        false);
  }

  private Misfortune misfortune() {
    int kind = random.nextInt(100);
    if (kind < 22) {
      return crash();
    }
    if (kind < 27) {
      return new Fault.Terminate(anybody());
    }
    if (kind < 47) {
      return new Fault.Pause(anybody(), chance(50) ? between(300, 4_000) : between(4_000, 16_000));
    }
    if (kind < 52) {
      int freed = ledger && chance(60) ? between(0, 4_000) : -1;
      return new Fault.CutOff(anybody(), between(1_000, 9_000), way(), freed);
    }
    if (kind < 57) {
      return new Fault.Cut(anybody(), where(), between(500, 8_000), way());
    }
    if (kind < 63) {
      return new Fault.Outage(where(), between(500, 6_000), way());
    }
    if (kind < 70) {
      return chance(60)
          ? new Fault.Slow(where(), between(500, 8_000), between(100, 3_000))
          : new Fault.SlowAnswers(anybody(), where(), between(500, 8_000), between(100, 3_000));
    }
    if (kind < 80) {
      return new Fault.Late(anybody(), where(), between(300, 9_000), chance(50));
    }
    if (kind < 82) {
      return new Fault.FalseClaims(between(500, 8_000));
    }
    if (kind < 87) {
      return new Fault.Deaf(between(500, 15_000), pick(Hints.values()));
    }
    if (!ledger) {
      // Nothing else knows what was done, and nothing else fences the lock: docs/spec says so.
      return crash();
    }
    return kind < 93 ? new Fault.Flush() : new Fault.Drop();
  }

  private Misfortune crash() {
    int node = anybody();
    boolean forGood = node > 0 && chance(20);
    return new Fault.Crash(
        node, forGood ? -1 : between(300, 6_000), chance(50) ? -1 : between(0, 3_000));
  }

  private int anybody() {
    return chance(55) ? Fault.LEADER : random.nextInt(nodes);
  }

  private Where where() {
    return pick(Where.values());
  }

  private Way way() {
    return pick(Way.values());
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }
}
