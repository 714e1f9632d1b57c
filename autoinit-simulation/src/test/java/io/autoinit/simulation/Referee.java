package io.autoinit.simulation;

import io.autoinit.Phase;
import io.autoinit.core.settings.Pace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hears of everything that steps, stores and processes do, and says when a rule does not hold. It
 * knows nothing of the protocol's own state.
 */
final class Referee implements Machine.Watcher {

  private static final long GRACE = Pace.STANDARD.cancelGrace().toNanos() * 12 / 10;

  private final Scenario scenario;
  private final Records records;
  private final List<Body> bodies = new ArrayList<>();
  private final Set<String> succeeded = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private final Map<Integer, Set<String>> markedOf = new HashMap<>();
  private long newestAtWork;
  private @Nullable Machine machine;
  private @Nullable Violation violation;

  Referee(Scenario scenario) {
    this.scenario = scenario;
    this.records = new Records(scenario, this);
  }

  void watch(Machine watched) {
    machine = watched;
  }

  /** What it knows of the records in the stores. */
  Records records() {
    return records;
  }

  Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  void violated(Rule rule, String what) {
    if (violation == null) {
      violation = new Violation(rule, what, now());
      if (machine != null) {
        machine.abort();
      }
    }
  }

  long now() {
    return machine == null ? 0 : machine.now();
  }

  @Override
  public void broken(String why) {
    violated(Rule.EVERY_NODE_ENDS, why);
  }

  // Steps.

  Body began(Life life, Scenario.Step step, long token) {
    Body body = new Body(life, step, token, against(life, step, token));
    bodies.add(body);
    if (step.phase() == Phase.INFRASTRUCTURE) {
      newestAtWork = Math.max(newestAtWork, token);
    } else if (!records.ready()) {
      violated(Rule.NODE_AFTER_READY, "%s begins, and nothing is READY".formatted(body));
    }
    return body;
  }

  private @Nullable Rule against(Life life, Scenario.Step step, long token) {
    if (step.phase() == Phase.NODE) {
      return marked(group(life)).contains(step.name()) ? Rule.NODE_NOT_REPEATED : null;
    }
    if (records.ready() || records.recorded(step.name())) {
      return Rule.NOT_REPEATED;
    }
    return records.tooEarly(token) ? Rule.RETRY_NOT_EARLY : null;
  }

  /** The step asked if the lease is held, and it is said to be. */
  void believed(Body body) {
    if (body.step().phase() == Phase.INFRASTRUCTURE && body.token() < newestAtWork) {
      violated(
          Rule.STALE_NEVER_BELIEVES,
          "%s is told that its lease is held, and token %d is at work"
              .formatted(body, newestAtWork));
    }
  }

  void succeeded(Body body) {
    succeeded.add(key(body.life(), body.step().name()));
    ended(body);
    Rule against = body.against();
    if (against != null && !excused(body)) {
      violated(against, "%s is done, and should not have begun".formatted(body));
    }
  }

  void failed(Body body) {
    ended(body);
  }

  /** Its work is over, whatever became of it. */
  void ended(Body body) {
    bodies.remove(body);
    ended.add(key(body.life(), body.step().name()));
  }

  boolean hasSucceeded(Life life, String step) {
    return succeeded.contains(key(life, step));
  }

  /** The steps of infrastructure have one key for the fleet, those of a node one for the group. */
  private String key(Life life, String step) {
    boolean infrastructure =
        scenario.steps().stream()
            .anyMatch(s -> s.name().equals(step) && s.phase() == Phase.INFRASTRUCTURE);
    return infrastructure ? step : group(life) + "/" + step;
  }

  boolean hasSucceededAnywhere(String step) {
    return succeeded.contains(step);
  }

  int group(Life life) {
    return scenario.nodes().get(life.node()).group();
  }

  // Time.

  @Override
  public void timePasses(long from, long to) {
    for (int i = bodies.size() - 1; i >= 0; i--) {
      if (bodies.get(i).life().dead()) {
        bodies.remove(i);
      }
    }
    for (int i = 0; i < bodies.size(); i++) {
      Body body = bodies.get(i);
      if (atWork(body)) {
        Rule against = body.against();
        if (against != null) {
          violated(against, "%s is worked at, and should not have begun".formatted(body));
        }
        for (int j = 0; j < i; j++) {
          requireApart(body, bodies.get(j));
        }
      }
    }
  }

  private void requireApart(Body one, Body other) {
    if (one.step().phase() != other.step().phase() || !atWork(other)) {
      return;
    }
    if (one.step().phase() == Phase.INFRASTRUCTURE) {
      violated(Rule.NO_OVERLAP, "%s and %s are worked at".formatted(other, one));
    } else if (group(one.life()) == group(other.life())) {
      violated(Rule.NODE_NO_OVERLAP, "%s and %s are worked at".formatted(other, one));
    }
  }

  private boolean atWork(Body body) {
    return !body.life().paused() && !excused(body);
  }

  /** What ignores interrupts goes on for its grace when its process wakes up. */
  private boolean excused(Body body) {
    return body.step().stubborn() > 0 && now() < body.life().resumedAt() + GRACE;
  }

  // Markers.

  private Set<String> marked(int group) {
    return markedOf.computeIfAbsent(group, g -> new HashSet<>());
  }

  /** A marker was put, by somebody who held the lock of the node or did not any more. */
  void marked(Life life, Map<String, Boolean> outcomes, boolean held) {
    outcomes.forEach(
        (step, success) -> {
          String key = key(life, step);
          if (success ? !succeeded.contains(key) : !ended.contains(key)) {
            violated(
                Rule.MARKERS_MATCH,
                "the marker of %s says that '%s' %s"
                    .formatted(
                        life,
                        step,
                        success ? "succeeded, and it never did" : "failed, and it was not run"));
          }
          if (success && held) {
            marked(group(life)).add(step);
          }
        });
    for (Scenario.Step step : scenario.stepsOf(Phase.NODE)) {
      if (!outcomes.containsKey(step.name())) {
        violated(
            Rule.MARKERS_MATCH, "the marker of %s does not name '%s'".formatted(life, step.name()));
      }
    }
  }
}
