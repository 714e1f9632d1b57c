package io.autoinit.core;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.core.protocol.Preview;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Says of each step what a start would make of it, by the rules of the phases. */
final class Planner {

  private final RunStatus status;
  private final Preview.Recorded recorded;
  private final Preview.OfNode node;
  private final UnaryOperator<String> redaction;

  Planner(
      RunStatus status,
      Preview.Recorded recorded,
      Preview.OfNode node,
      UnaryOperator<String> redaction) {
    this.status = status;
    this.recorded = recorded;
    this.node = node;
    this.redaction = redaction;
  }

  Plan plan(
      String markers, List<InitStep> infrastructure, List<InitStep> ofNode, List<String> refusals) {
    List<Plan.Step> steps = new ArrayList<>();
    infrastructure.forEach(step -> steps.add(infrastructure(step.name())));
    ofNode.forEach(step -> steps.add(ofNode(step.name())));
    List<String> forgotten =
        recorded.completed().stream()
            .map(CompletedStep::name)
            .filter(name -> infrastructure.stream().noneMatch(step -> step.name().equals(name)))
            .toList();
    return new Plan(
        status, node.key().node(), markers, List.copyOf(steps), forgotten, List.copyOf(refusals));
  }

  private Plan.Step infrastructure(String name) {
    Optional<Duration> took =
        recorded.completed().stream()
            .filter(done -> done.name().equals(name))
            .findFirst()
            .map(CompletedStep::took);
    if (recorded.ready().isPresent()) {
      String by = "READY by " + recorded.ready().get().value().holder();
      return skip(
          Phase.INFRASTRUCTURE,
          name,
          took,
          took.isPresent()
              ? by
              : by + " stands without it: it runs with the next run id, or after 'ready clear'");
    }
    if (took.isPresent()) {
      return skip(Phase.INFRASTRUCTURE, name, took, "this run has completed it before");
    }
    Optional<Readiness> record = status.record().map(Observed::value);
    return record.filter(Planner::beats).isPresent() && !status.silent()
        ? open(Phase.INFRASTRUCTURE, name, Plan.Decision.WAIT, leader(record.get(), name))
        : open(
            Phase.INFRASTRUCTURE,
            name,
            Plan.Decision.RUN,
            record.map(r -> why(r, name)).orElse("nothing is recorded of this run"));
  }

  private static Plan.Step skip(Phase phase, String name, Optional<Duration> took, String reason) {
    return new Plan.Step(phase, name, Plan.Decision.SKIP, took, reason);
  }

  private static Plan.Step open(Phase phase, String name, Plan.Decision decision, String reason) {
    return new Plan.Step(phase, name, decision, Optional.empty(), reason);
  }

  private static boolean beats(Readiness record) {
    return record instanceof Readiness.Running || record instanceof Readiness.Claimed;
  }

  private static boolean isInWork(Readiness record, String name) {
    return record instanceof Readiness.Running running && running.step().equals(Optional.of(name));
  }

  private static String leader(Readiness record, String name) {
    return record.holder()
        + (isInWork(record, name) ? " runs it now" : " is at work, and comes to it");
  }

  private static String why(Readiness record, String name) {
    if (record instanceof Readiness.Failed failed && failed.step().equals(name)) {
      return "it failed on %s: %s".formatted(failed.holder(), failed.cause());
    }
    return isInWork(record, name)
        ? record.holder() + " ran it and has fallen silent"
        : "this run has not completed it";
  }

  private Plan.Step ofNode(String name) {
    Optional<StepOutcome> outcome = node.marker().flatMap(marker -> marker.outcome(name));
    if (outcome.filter(StepOutcome::succeeded).isPresent()) {
      return skip(
          Phase.NODE,
          name,
          outcome.map(StepOutcome::took),
          "marked by " + node.marker().orElseThrow().holder());
    }
    if (node.lockHolder().isPresent()) {
      return open(
          Phase.NODE,
          name,
          Plan.Decision.WAIT,
          node.lockHolder().get() + " runs the steps of this node");
    }
    String why =
        outcome
            .flatMap(StepOutcome::failure)
            .map(failure -> "it failed before: " + redaction.apply(failure))
            .orElse(
                node.marker().isPresent()
                    ? "the marker of this node does not have it"
                    : "this node has no marker of this run");
    return open(Phase.NODE, name, Plan.Decision.RUN, why);
  }
}
