package io.autoinit.simulation;

import io.autoinit.simulation.Scenario.Node;
import io.autoinit.simulation.Scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the shortest scenario that still breaks the same rule: takes away and shortens one
 * thing at a time, each with some schedules.
 */
final class Shrinker {

  private static final int SCHEDULES = 15;
  private static final int MOST_PLAYS = 6_000;
  private static final int LAST_SCHEDULES = 100;

  private final Crew crew;
  private final Rule rule;
  private int plays;

  Shrinker(Crew crew, Rule rule) {
    this.crew = crew;
    this.rule = rule;
  }

  /** The shortest one found; it breaks the rule, too. */
  Scenario shortest(Scenario failing) {
    Scenario shortest = failing;
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (Scenario candidate : shorter(shortest)) {
        Optional<Scenario> fails = withSomeSchedule(candidate);
        if (fails.isPresent()) {
          shortest = fails.get();
          shorter = true;
          break;
        }
      }
    }
    return withShortestStory(shortest);
  }

  private Optional<Scenario> withSomeSchedule(Scenario candidate) {
    if (breaks(candidate)) {
      return Optional.of(candidate);
    }
    for (int i = 0; i < SCHEDULES && plays < MOST_PLAYS; i++) {
      Scenario other = candidate.withSchedule(i);
      if (breaks(other)) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  private boolean breaks(Scenario scenario) {
    plays++;
    return plays <= MOST_PLAYS
        && scenario.fair()
        && Play.of(scenario, crew, false).violation().filter(v -> v.rule() == rule).isPresent();
  }

  /** Of the same scenario with other schedules, the one with the least to tell. */
  private Scenario withShortestStory(Scenario scenario) {
    Scenario best = scenario;
    int lines = Play.of(scenario, crew, true).story().size();
    for (int i = 0; i < LAST_SCHEDULES; i++) {
      Play.Result result = Play.of(scenario.withSchedule(i), crew, true);
      if (result.violation().filter(v -> v.rule() == rule).isPresent()
          && result.story().size() < lines) {
        best = scenario.withSchedule(i);
        lines = result.story().size();
      }
    }
    return best;
  }

  private static List<Scenario> shorter(Scenario from) {
    List<Scenario> all = new ArrayList<>();
    for (int i = 0; i < from.faults().size(); i++) {
      all.add(from.withFaults(without(from.faults(), i)));
    }
    for (int i = from.nodes().size() - 1; i >= 0 && from.nodes().size() > 1; i--) {
      all.add(withoutNode(from, i));
    }
    for (int i = from.steps().size() - 1; i >= 0; i--) {
      all.add(from.withSteps(without(from.steps(), i)));
    }
    if (from.latency() > 0) {
      all.add(from.withLatency(0));
    }
    simplerNodes(from, all);
    simplerSteps(from, all);
    simplerFaults(from, all);
    return all;
  }

  private static Scenario withoutNode(Scenario from, int node) {
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : from.faults()) {
      fault.withoutNode(node).ifPresent(faults::add);
    }
    return from.withNodes(without(from.nodes(), node)).withFaults(faults);
  }

  private static void simplerNodes(Scenario from, List<Scenario> all) {
    for (int i = 0; i < from.nodes().size(); i++) {
      Node node = from.nodes().get(i);
      for (Node simpler :
          List.of(
              new Node(0, node.rate(), node.group(), node.waitsOnly()),
              new Node(node.start(), 100, node.group(), node.waitsOnly()),
              new Node(node.start(), node.rate(), node.group(), false))) {
        if (!simpler.equals(node)) {
          all.add(from.withNodes(with(from.nodes(), i, simpler)));
        }
      }
    }
  }

  private static void simplerSteps(Scenario from, List<Scenario> all) {
    for (int i = 0; i < from.steps().size(); i++) {
      for (Step simpler : from.steps().get(i).simpler()) {
        all.add(from.withSteps(with(from.steps(), i, simpler)));
      }
    }
  }

  private static void simplerFaults(Scenario from, List<Scenario> all) {
    for (int i = 0; i < from.faults().size(); i++) {
      Fault fault = from.faults().get(i);
      for (Fault.Misfortune less : fault.what().less()) {
        all.add(from.withFaults(with(from.faults(), i, new Fault(fault.when(), less))));
      }
    }
  }

  private static <T> List<T> without(List<T> from, int index) {
    List<T> rest = new ArrayList<>(from);
    rest.remove(index);
    return rest;
  }

  private static <T> List<T> with(List<T> from, int index, T other) {
    List<T> changed = new ArrayList<>(from);
    changed.set(index, other);
    return changed;
  }
}
