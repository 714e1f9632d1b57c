package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that cannot fail says nothing: it finds each fault that is sown into the code. */
class SownFaultsTest {

  private static final long SEEDS = 3_000;

  private static final Map<SownFault, Map<String, String>> FOUND = new EnumMap<>(SownFault.class);

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_fault_that_is_sown_into_the_code_is_found(SownFault fault) throws Exception {
    Map<String, String> found = SpoiltClasses.with(fault).look(1, SEEDS, false);

    assertThat(found).as("%s: found within %d seeds", fault.what(), SEEDS).isNotEmpty();
    assertThat(fault.rules().stream().map(Rule::title))
        .as(found.get("report"))
        .contains(found.get("rule"));
    FOUND.put(fault, found);
  }

  @Test
  void the_story_of_a_failing_seed_is_short() throws Exception {
    SpoiltClasses spoilt = SpoiltClasses.with(SownFault.NO_TAKEOVER_DELAY);

    Map<String, String> found = spoilt.look(1, SEEDS, true);

    long seed = Long.parseLong(found.getOrDefault("seed", "0"));
    String report = found.getOrDefault("report", "");
    assertThat(Scenarios.of(seed).faults()).hasSizeGreaterThan(2);
    assertThat(report)
        .contains("-Dautoinit.simulation.seed=" + seed, "\n2 nodes,", "VIOLATION NoOverlap")
        .containsOnlyOnce(" step 'i");
    assertThat(report.lines().filter(line -> line.startsWith("  fault:"))).hasSizeLessThan(4);
    assertThat(report.lines()).hasSizeLessThan(60);
  }

  @AfterAll
  static void the_page_tells_when_each_was_found() throws Exception {
    if (Page.writes() && FOUND.size() == SownFault.values().length) {
      Page.write("sown-faults", Page.sownFaults(FOUND));
    }
  }
}
