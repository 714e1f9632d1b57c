package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fleets with faults, one for each seed. {@code -Dautoinit.simulation.seeds=100000} plays more,
 * {@code -Dautoinit.simulation.first=20000} others, {@code -Dautoinit.simulation.seed=7} tells what
 * happens in one.
 */
class SimulationTest {

  private static final long SEEDS = Long.getLong("autoinit.simulation.seeds", 2_000);
  private static final long MANY_SEEDS = 10_000;
  private static final long FIRST = Long.getLong("autoinit.simulation.first", 1);

  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS)
  void no_seed_breaks_a_rule() throws Exception {
    Long one = Long.getLong("autoinit.simulation.seed");
    if (one != null) {
      System.out.println(Simulation.story(one));
    }
    Optional<Simulation.Failure> failure =
        one == null ? Simulation.firstFailure(FIRST, SEEDS) : Simulation.firstFailure(one, 1);
    failIfPresent(failure);
  }

  @Test
  @Tag("long")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void none_of_many_seeds_breaks_a_rule() throws Exception {
    failIfPresent(Simulation.firstFailure(1, MANY_SEEDS));
  }

  private static void failIfPresent(Optional<Simulation.Failure> failure) {
    if (failure.isPresent()) {
      throw new AssertionError(Simulation.report(failure.get()));
    }
  }

  @Test
  void a_seed_replays_exactly() throws Exception {
    for (long seed = 1; seed <= 30; seed++) {
      assertThat(Simulation.story(seed)).isEqualTo(Simulation.story(seed));
    }
  }
}
