package io.autoinit.examples.shop.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The promises of autoinit, held against what was seen. */
final class Checks {

  private static final Duration LONGEST_FAILURE = Duration.ofSeconds(2);
  private static final String NODE_STEP = "static-files";

  private final Backend backend;
  private final Facts facts;
  private final List<Check> checks = new ArrayList<>();

  private Checks(Backend backend, Facts facts) {
    this.backend = backend;
    this.facts = facts;
  }

  static List<Check> of(Scenario scenario, Backend backend, Facts facts) {
    Checks checks = new Checks(backend, facts);
    switch (scenario) {
      case NORMAL -> {
        checks.ranOnce("migrate");
        checks.ranOnce("seed");
        checks.fleetStarted();
      }
      case KILL_LEADER -> {
        checks.ranOnce("migrate");
        checks.seedWasTakenOver();
        checks.fleetStarted();
      }
      case BROKEN -> checks.fleetFailed();
    }
    checks.backendAlone();
    return List.copyOf(checks.checks);
  }

  private void add(String promise, boolean holds, String seen) {
    checks.add(new Check(promise, holds, seen));
  }

  private void backendAlone() {
    add(
        "%s alone carried the start".formatted(backend),
        facts.inPostgres() == backend.usesPostgres(),
        "the shop's Postgres holds %s of autoinit"
            .formatted(facts.inPostgres() ? "the ledger" : "nothing"));
  }

  private void ranOnce(String step) {
    List<StepRun> runs = facts.runsOf(step);
    int finished = facts.finished(step).size();
    add(
        "'%s' ran once".formatted(step),
        runs.size() == 1 && finished == 1,
        "started %d, completed %d, on %s".formatted(runs.size(), finished, replicas(runs)));
  }

  private void seedWasTakenOver() {
    List<StepRun> runs = facts.runsOf("seed");
    List<StepRun> finished = facts.finished("seed");
    add(
        "'seed' completed once, by a successor",
        runs.size() == 2
            && finished.size() == 1
            && !runs.get(0).replica().equals(finished.get(0).replica()),
        "begun on %s, completed on %s".formatted(replicas(runs), replicas(finished)));
    Optional<Duration> takeover = facts.takeover();
    add(
        "taken over within %d s".formatted(backend.longestTakeover().toSeconds()),
        takeover.filter(t -> t.compareTo(backend.longestTakeover()) <= 0).isPresent(),
        takeover
            .map(
                t ->
                    "'seed' went on %s after the kill; %s"
                        .formatted(Story.seconds(t), backend.reason()))
            .orElse("nobody took over"));
  }

  private void fleetStarted() {
    add(
        "%,d products".formatted(Facts.ALL_PRODUCTS),
        facts.products() == Facts.ALL_PRODUCTS,
        "%,d rows".formatted(facts.products()));
    nodesCameAfterReady();
    nodesWorkedOnce();
    long good = facts.visits().values().stream().filter(Visit::good).count();
    add(
        "every replica serves",
        good == facts.alive().size(),
        "%d of %d answered every request with 200".formatted(good, facts.alive().size()));
  }

  private void nodesCameAfterReady() {
    Optional<Instant> ready =
        facts.runs().stream()
            .filter(StepRun::isInfrastructure)
            .flatMap(run -> run.finished().stream())
            .max(Comparator.naturalOrder());
    List<StepRun> nodes = facts.runsOf(NODE_STEP);
    long early =
        nodes.stream()
            .filter(run -> ready.filter(at -> !run.started().isBefore(at)).isEmpty())
            .count();
    Optional<Duration> first =
        ready.flatMap(
            at ->
                nodes.stream()
                    .map(run -> Duration.between(at, run.started()))
                    .min(Comparator.naturalOrder()));
    add(
        "no node step before READY",
        early == 0 && first.isPresent(),
        first
            .map(after -> "the first %d ms after the last step".formatted(after.toMillis()))
            .orElse("no node step ran"));
  }

  private void nodesWorkedOnce() {
    List<StepRun> runs = facts.runsOf(NODE_STEP);
    List<Replica> own = facts.alive().stream().filter(replica -> !replica.shares()).toList();
    boolean each =
        own.stream()
            .allMatch(
                replica ->
                    runs.stream().filter(run -> run.replica().equals(replica.name())).count() == 1);
    add(
        "'%s' ran once on each volume of its own".formatted(NODE_STEP),
        each,
        "%d replicas".formatted(own.size()));
    List<StepRun> shared =
        runs.stream().filter(run -> run.replica().startsWith("shared-")).toList();
    long sharing = facts.alive().stream().filter(Replica::shares).count();
    add(
        "'%s' ran once on the shared volume".formatted(NODE_STEP),
        shared.size() == (sharing == 0 ? 0 : 1),
        "%d replicas, on %s".formatted(sharing, replicas(shared)));
  }

  private void fleetFailed() {
    Optional<Facts.Failure> failure = facts.failure();
    add(
        "the migration failed on the leader",
        failure.isPresent() && facts.runsOf("migrate").size() == 1,
        failure
            .map(f -> "%s after %s".formatted(f.leader().name(), Story.seconds(f.at())))
            .orElse("no failure was seen"));
    add(
        "nothing else ran",
        facts.runs().stream().allMatch(run -> run.isOf("migrate") && run.finished().isEmpty()),
        "begun: %d, completed: %d"
            .formatted(
                facts.runs().size(),
                facts.runs().stream().filter(run -> run.finished().isPresent()).count()));
    long failed = facts.replicas().stream().filter(Replica::endedAsFailed).count();
    add(
        "every replica ended with exit code 70",
        failed == facts.replicas().size(),
        "%d of %d".formatted(failed, facts.replicas().size()));
    failure.ifPresent(this::everybodyHeard);
  }

  private void everybodyHeard(Facts.Failure failure) {
    Optional<Duration> last =
        facts.replicas().stream()
            .map(replica -> replica.ended().map(end -> end.minus(failure.at())))
            .map(after -> after.orElse(Duration.ofDays(1)))
            .max(Comparator.naturalOrder());
    add(
        "all of them within 2 s of the failure",
        last.filter(after -> after.compareTo(LONGEST_FAILURE) <= 0).isPresent(),
        "the last %s after it".formatted(last.map(Story::seconds).orElse("?")));
    long told =
        facts.replicas().stream()
            .filter(
                replica ->
                    replica.events().stream()
                        .anyMatch(
                            event ->
                                event.is("ended")
                                    && event.text("message").contains(failure.reason())))
            .count();
    add(
        "each with the leader's message",
        told == facts.replicas().size(),
        "%d of %d said: %s".formatted(told, facts.replicas().size(), failure.reason()));
  }

  private static String replicas(List<StepRun> runs) {
    return runs.isEmpty()
        ? "none"
        : runs.stream().map(StepRun::replica).collect(Collectors.joining(" and "));
  }
}
