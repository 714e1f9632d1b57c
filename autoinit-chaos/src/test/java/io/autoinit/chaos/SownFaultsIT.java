package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What is sown into the code is caught by the fleets. */
@EnabledIfSystemProperty(
    named = "autoinit.chaos.sown",
    matches = "true",
    disabledReason = "takes minutes more: -Dautoinit.chaos.sown=true")
class SownFaultsIT {

  private static final int MOST_FLEETS = 6;
  private static final int LANES = 2;
  private static final Path DIRECTORY = Path.of("target", "chaos", "sown").toAbsolutePath();

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void each_fault_that_is_sown_into_the_code_is_caught() throws Exception {
    Launch plain = Launch.plain(DIRECTORY.resolve("jars"));
    BlockingQueue<Mutant> mutants = new LinkedBlockingQueue<>(List.of(Mutant.values()));
    ExecutorService threads = Executors.newFixedThreadPool(LANES);
    List<Future<List<Sown>>> parts = new ArrayList<>();
    for (int i = 0; i < LANES; i++) {
      parts.add(threads.submit(() -> lane(mutants, plain)));
    }
    threads.shutdown();
    List<Sown> sown = new ArrayList<>();
    for (Future<List<Sown>> part : parts) {
      sown.addAll(part.get());
    }
    sown.sort((a, b) -> Mutant.valueOf(a.name()).compareTo(Mutant.valueOf(b.name())));
    if (ReliabilityPage.isWritten()) {
      ReliabilityPage.keep(sown);
    }
    assertThat(sown).hasSize(Mutant.values().length);
    assertThat(sown).allSatisfy(each -> assertThat(each.caught()).as(each.what()).isNotEmpty());
  }

  private static List<Sown> lane(BlockingQueue<Mutant> mutants, Launch plain) throws Exception {
    List<Sown> sown = new ArrayList<>();
    try (Lane lane = new Lane()) {
      for (Mutant next = mutants.poll(); next != null; next = mutants.poll()) {
        sown.add(hunt(next, lane, plain));
      }
    }
    return sown;
  }

  /** Starts fleets on the changed code until one breaks a promise. */
  private static Sown hunt(Mutant mutant, Lane lane, Launch plain) throws Exception {
    Path directory = DIRECTORY.resolve(mutant.name());
    Launch launch =
        plain.before(mutant.build(Campaign.fresh(directory, "build"), plain.classPath()));
    int fleets = 0;
    for (long seed : mutant.seeds(MOST_FLEETS)) {
      fleets++;
      Plan plan = Plan.of(seed);
      try (Fleet fleet = new Fleet(plan, lane, Campaign.fresh(directory, plan.name()), launch)) {
        Result result = fleet.run();
        System.out.println(mutant + ": " + Campaign.told(result));
        if (result.struck() && !result.held()) {
          Violation first = result.violations().get(0);
          return new Sown(
              mutant.name(), mutant.what(), fleets, "`" + first.rule() + "`", plan.seed());
        }
      }
    }
    return new Sown(mutant.name(), mutant.what(), fleets, "", 0);
  }
}
