package io.autoinit.examples.shop.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What happened, as tables. */
final class Summary {

  private static final String REPLICAS = "  %-10s %-7s %-11s %-20s %-14s %s";
  private static final String STEPS = "  %-14s %-15s %-8s %-10s %s";

  private final Facts facts;

  Summary(Facts facts) {
    this.facts = facts;
  }

  void tell(Story story) {
    story.say("");
    story.say(
        REPLICAS.formatted("replica", "volume", "role", "infrastructure", "node", "serving after"));
    facts.replicas().forEach(replica -> story.say(row(replica)));
    story.say("");
    story.say("  as the steps wrote into the database:");
    story.say(STEPS.formatted("step", "phase", "started", "completed", "where and when"));
    facts.runs().stream().map(StepRun::step).distinct().forEach(step -> story.say(row(step)));
    story.say("");
  }

  private String row(Replica replica) {
    String serving =
        replica
            .serving()
            .map(s -> String.format(Locale.ROOT, "%,d ms", s.at().toMillis()))
            .orElseGet(() -> end(replica));
    return REPLICAS.formatted(
        replica.name(),
        replica.shares() ? "shared" : "own",
        role(replica),
        steps(replica, StepRun::isInfrastructure),
        nodeSteps(replica),
        serving);
  }

  private static String end(Replica replica) {
    if (replica.killed()) {
      return "killed";
    }
    return replica.ended().isPresent()
        ? "exit code " + replica.process().exitValue()
        : "does not serve";
  }

  private String role(Replica replica) {
    if (facts.tookOver(replica)) {
      return "took over";
    }
    return replica.leads().isPresent() ? "led" : "waited";
  }

  private String nodeSteps(Replica replica) {
    return replica.first("phase-skipped", "node").isPresent()
        ? "skipped"
        : steps(replica, run -> !run.isInfrastructure());
  }

  private String steps(Replica replica, Predicate<StepRun> phase) {
    List<StepRun> runs =
        facts.runs().stream()
            .filter(run -> run.replica().equals(replica.name()))
            .filter(phase)
            .toList();
    if (runs.isEmpty()) {
      return "-";
    }
    return runs.stream()
        .map(run -> run.step() + (run.finished().isPresent() ? "" : " (cut)"))
        .collect(Collectors.joining(", "));
  }

  private String row(String step) {
    List<StepRun> runs = facts.runsOf(step);
    return STEPS.formatted(
        step,
        runs.get(0).phase(),
        runs.size(),
        facts.finished(step).size(),
        runs.stream().map(this::when).collect(Collectors.joining(", ")));
  }

  private String when(StepRun run) {
    return "%s (%s to %s)"
        .formatted(
            run.replica(),
            since(Optional.of(run.started())),
            run.finished().isPresent() ? since(run.finished()) : "its end");
  }

  private String since(Optional<Instant> at) {
    return at.map(t -> Story.seconds(Duration.between(facts.beganAt(), t))).orElse("?");
  }
}
