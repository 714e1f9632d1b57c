package io.autoinit.simulation;

import io.autoinit.OnFailure;
import io.autoinit.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A fleet and what befalls it: with the seed of its schedule, all that a run depends on. Times are
 * in milliseconds.
 *
 * @param schedule decides who goes next, and how long each request takes
 * @param nodes the fleet
 * @param steps the steps of both phases, in their order
 * @param ledger whether the store of the lock keeps a ledger
 * @param halts whether a process may halt its JVM when a step does not stop
 * @param fatal whether any failure of a node step ends its phase
 * @param latency the longest time that a request takes on its way, and the reply on its
 * @param faults what goes wrong
 */
record Scenario(
    long schedule,
    List<Node> nodes,
    List<Step> steps,
    boolean ledger,
    boolean halts,
    boolean fatal,
    int latency,
    List<Fault> faults) {

  /** How long a process waits at most. */
  static final int TIMEOUT = 60_000;

  Scenario {
    nodes = List.copyOf(nodes);
    steps = List.copyOf(steps);
    faults = List.copyOf(faults);
  }

  /**
   * A container.
   *
   * @param start when its first process starts
   * @param rate how much its clock shows of 100 ms
   * @param group who shares its markers
   * @param waitsOnly whether it runs the node phase alone
   */
  record Node(int start, int rate, int group, boolean waitsOnly) {
    @Override
    public String toString() {
      return "starts at %d ms%s, markers of group %d%s"
          .formatted(
              start,
              rate == 100 ? "" : ", clock at %d %%".formatted(rate),
              group,
              waitsOnly ? ", node phase only" : "");
    }
  }

  /**
   * A step.
   *
   * @param work how long it works
   * @param bad how many of its runs, counted over the fleet, do not succeed
   * @param hangs whether a bad run hangs, instead of failing when its work is done
   * @param attempts how often a leader tries
   * @param onFailure what its last failure means
   * @param timeout how long it may take; 0: for ever
   * @param stubborn for how long it ignores that it is interrupted
   * @param asks whether it asks now and then if the lease is held
   * @param tells whether it tells its progress
   */
  record Step(
      Phase phase,
      String name,
      int work,
      int bad,
      boolean hangs,
      int attempts,
      OnFailure onFailure,
      int timeout,
      int stubborn,
      boolean asks,
      boolean tells) {

    /** A step that works and succeeds. */
    static Step plain(Phase phase, String name, int work) {
      OnFailure onFailure = phase == Phase.NODE ? OnFailure.CONTINUE : OnFailure.ABORT;
      return new Step(phase, name, work, 0, false, 1, onFailure, 0, 0, true, false);
    }

    /** The same with one thing less. */
    List<Step> simpler() {
      List<Step> all = new ArrayList<>();
      if (work > 100) {
        all.add(
            new Step(
                phase,
                name,
                Math.max(100, work / 2),
                bad,
                hangs,
                attempts,
                onFailure,
                timeout,
                stubborn,
                asks,
                tells));
      }
      if (bad > 0) {
        all.add(
            new Step(
                phase, name, work, bad - 1, hangs, attempts, onFailure, timeout, stubborn, asks,
                tells));
      }
      if (attempts > 1) {
        all.add(
            new Step(phase, name, work, bad, hangs, 1, onFailure, timeout, stubborn, asks, tells));
      }
      if (timeout > 0 && bad == 0) {
        all.add(
            new Step(phase, name, work, bad, hangs, attempts, onFailure, 0, stubborn, asks, tells));
      }
      if (stubborn > 0) {
        all.add(
            new Step(phase, name, work, bad, hangs, attempts, onFailure, timeout, 0, asks, tells));
      }
      if (tells) {
        all.add(
            new Step(
                phase, name, work, bad, hangs, attempts, onFailure, timeout, stubborn, asks,
                false));
      }
      return all;
    }

    @Override
    public String toString() {
      List<String> said = new ArrayList<>();
      said.add(
          "%s step '%s': %d ms"
              .formatted(phase.name().toLowerCase(java.util.Locale.ROOT), name, work));
      if (bad > 0) {
        said.add(
            (hangs ? "hangs in its first %d runs" : "fails in its first %d runs").formatted(bad));
      }
      if (attempts > 1) {
        said.add(attempts + " attempts");
      }
      if (timeout > 0) {
        said.add("timeout " + timeout + " ms");
      }
      if (stubborn > 0) {
        said.add("ignores interrupts for " + stubborn + " ms");
      }
      if (tells) {
        said.add("tells progress");
      }
      said.add(onFailure == OnFailure.ABORT ? "aborts" : "may fail");
      return String.join(", ", said);
    }
  }

  Scenario withSchedule(long other) {
    return new Scenario(other, nodes, steps, ledger, halts, fatal, latency, faults);
  }

  Scenario withNodes(List<Node> other) {
    return new Scenario(schedule, other, steps, ledger, halts, fatal, latency, faults);
  }

  Scenario withSteps(List<Step> other) {
    return new Scenario(schedule, nodes, other, ledger, halts, fatal, latency, faults);
  }

  Scenario withFaults(List<Fault> other) {
    return new Scenario(schedule, nodes, steps, ledger, halts, fatal, latency, other);
  }

  Scenario withLatency(int other) {
    return new Scenario(schedule, nodes, steps, ledger, halts, fatal, other, faults);
  }

  List<Step> stepsOf(Phase phase) {
    return steps.stream().filter(s -> s.phase() == phase).toList();
  }

  /** Whether somebody is there who can bring the run to its end. */
  boolean fair() {
    boolean first =
        !nodes.get(0).waitsOnly()
            && faults.stream()
                .noneMatch(f -> f.what() instanceof Fault.Crash c && c.node() <= 0 && c.back() < 0);
    return first && !stepsOf(Phase.INFRASTRUCTURE).isEmpty();
  }

  /** A time by which every process has ended, in milliseconds after its start. */
  int bound() {
    int work =
        steps.stream().mapToInt(s -> (s.work() + s.timeout() + s.stubborn()) * s.attempts()).sum();
    int trouble = faults.stream().mapToInt(f -> f.what().lasts()).sum();
    return (TIMEOUT + work) * 10 / 9 + 2 * trouble + 30_000;
  }

  @Override
  public String toString() {
    StringBuilder story = new StringBuilder();
    story.append(
        "%d nodes, %s, %s, %srequests take up to %d ms each way, schedule %d\n"
            .formatted(
                nodes.size(),
                ledger ? "with a ledger" : "without a ledger",
                halts ? "may halt" : "may not halt",
                fatal ? "node failures are fatal, " : "",
                latency,
                schedule));
    for (int i = 0; i < nodes.size(); i++) {
      story.append("  n").append(i + 1).append(' ').append(nodes.get(i)).append('\n');
    }
    story.append(steps.stream().map(s -> "  " + s + "\n").collect(Collectors.joining()));
    story.append(faults.stream().map(f -> "  fault: " + f + "\n").collect(Collectors.joining()));
    return story.toString();
  }
}
