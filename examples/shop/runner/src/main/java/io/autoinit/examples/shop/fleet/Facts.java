package io.autoinit.examples.shop.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known when the fleet has started, or has failed to.
 *
 * @param replicas the replicas
 * @param beganAt when the first was started
 * @param runs what the steps wrote into the database
 * @param products how many products the shop has
 * @param inPostgres whether the shop's Postgres holds something of autoinit
 * @param visits what the replicas answered, by name
 * @param killedAt when the leader was killed, from the start of the fleet
 */
record Facts(
    List<Replica> replicas,
    Instant beganAt,
    List<StepRun> runs,
    int products,
    boolean inPostgres,
    Map<String, Visit> visits,
    Optional<Duration> killedAt) {

  static final int ALL_PRODUCTS = 100_000;

  List<StepRun> runsOf(String step) {
    return runs.stream().filter(run -> run.isOf(step)).toList();
  }

  List<StepRun> finished(String step) {
    return runsOf(step).stream().filter(run -> run.finished().isPresent()).toList();
  }

  List<Replica> alive() {
    return replicas.stream().filter(replica -> !replica.killed()).toList();
  }

  /** How long after the leader's end another one began to seed. */
  Optional<Duration> takeover() {
    return killedAt.flatMap(
        killed ->
            alive().stream()
                .filter(this::tookOver)
                .flatMap(replica -> replica.events().stream())
                .filter(event -> event.isStep("step-started", "seed"))
                .map(event -> event.at().minus(killed))
                .findFirst());
  }

  /** Whether a replica led after another leader's end. */
  boolean tookOver(Replica replica) {
    return killedAt
        .flatMap(killed -> replica.leads().map(since -> since.compareTo(killed) > 0))
        .orElse(false);
  }

  /** When the failure of a step was seen first, and where. */
  Optional<Failure> failure() {
    return replicas.stream()
        .flatMap(
            replica ->
                replica.events().stream()
                    .filter(event -> event.is("step-failed"))
                    .map(event -> new Failure(event.at(), replica, event.text("reason"))))
        .findFirst();
  }

  /**
   * The failure of a step.
   *
   * @param at when it was seen, from the start of the fleet
   * @param leader where
   * @param reason what the leader said
   */
  record Failure(Duration at, Replica leader, String reason) {}
}
