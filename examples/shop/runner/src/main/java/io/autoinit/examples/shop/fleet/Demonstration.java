package io.autoinit.examples.shop.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Servers, a fleet, something that happens to it, and what came of it.
 *
 * @param built what the build has left
 * @param replicas how many replicas start
 * @param backend what carries their start
 * @param scenario what happens to them
 * @param keep whether everything stays up until Ctrl-C
 * @param story where it is told
 */
record Demonstration(
    Built built, int replicas, Backend backend, Scenario scenario, boolean keep, Story story) {

  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final String KILL_AT = "40,000";

  /** Shows it all and takes it down again; says whether all promises were kept. */
  boolean run() throws InterruptedException {
    Path directory = temporary();
    try {
      story.say("starting the stores ...");
      try (Servers servers = Servers.start(backend, directory.resolve("fleet"))) {
        story.say("the start is carried by " + servers.places());
        story.say(
            "the products are in %s, the volumes in %s"
                .formatted(servers.shop().place(), directory));
        try (Fleet fleet = new Fleet(built, servers, directory, scenario.environment(), story)) {
          return start(fleet, servers);
        }
      }
    } finally {
      remove(directory);
    }
  }

  private boolean start(Fleet fleet, Servers servers) throws InterruptedException {
    story.say("starting %d replicas of the shop at once".formatted(replicas));
    story.say("");
    fleet.start(replicas);
    Optional<Duration> killedAt =
        scenario == Scenario.KILL_LEADER ? killLeader(fleet) : Optional.empty();
    boolean settled = fleet.settle(PATIENCE);
    if (!settled) {
      story.say("not every replica is done after " + Story.seconds(PATIENCE));
    }
    Facts facts = facts(fleet, servers, visits(fleet), killedAt);
    new Summary(facts).tell(story);
    List<Check> checks = Checks.of(scenario, backend, facts);
    checks.forEach(check -> story.say(check.toString()));
    boolean good = settled && checks.stream().allMatch(Check::holds);
    story.say("");
    story.say(good ? "every promise was kept" : "NOT every promise was kept");
    if (keep) {
      stay(fleet);
    }
    return good;
  }

  private Optional<Duration> killLeader(Fleet fleet) throws InterruptedException {
    Optional<Fleet.Kill> kill = fleet.killAt("seed", KILL_AT, PATIENCE);
    kill.ifPresentOrElse(
        k -> story.say(k.at(), k.leader().name(), "KILLED in the middle of the seed (SIGKILL)"),
        () -> story.say("nobody seeds, so nobody is killed"));
    return kill.map(Fleet.Kill::at);
  }

  private Map<String, Visit> visits(Fleet fleet) throws InterruptedException {
    Map<String, Visit> visits = new LinkedHashMap<>();
    for (Replica replica : fleet.replicas()) {
      Optional<Replica.Serving> serving = replica.serving();
      if (serving.isPresent() && replica.ended().isEmpty()) {
        Visit visit = Visit.to(serving.get().url());
        visits.put(replica.name(), visit);
        story.say(fleet.now(), replica.name(), "answers: " + visit);
      }
    }
    return visits;
  }

  private Facts facts(
      Fleet fleet, Servers servers, Map<String, Visit> visits, Optional<Duration> killedAt) {
    try {
      return new Facts(
          fleet.replicas(),
          fleet.beganAt(),
          StepRun.all(servers.postgres()),
          StepRun.products(servers.postgres()),
          StepRun.hasTablesOfAutoinit(servers.postgres()),
          visits,
          killedAt);
    } catch (SQLException e) {
      throw new IllegalStateException("The shop's database does not tell what ran", e);
    }
  }

  private void stay(Fleet fleet) throws InterruptedException {
    story.say("everything stays up until Ctrl-C:");
    for (Replica replica : fleet.replicas()) {
      replica
          .serving()
          .filter(serving -> replica.ended().isEmpty())
          .ifPresent(serving -> story.say("  %-10s %s".formatted(replica.name(), serving.url())));
    }
    new CountDownLatch(1).await();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("autoinit-shop-");
    } catch (IOException e) {
      throw new UncheckedIOException("There is no place for the volumes", e);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The volumes in " + directory + " are not removed", e);
    }
  }
}
