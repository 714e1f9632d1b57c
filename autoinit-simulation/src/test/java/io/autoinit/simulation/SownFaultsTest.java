package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A simulation that cannot fail says nothing: it finds each fault that is sown into the code. */
class SownFaultsTest {

  private static final long SEEDS = 3_000;

  /** For each rule that some fault breaks, one that is found soon. */
  private static final Set<SownFault> SOON =
      EnumSet.of(
          SownFault.NO_FENCE,
          SownFault.READY_OVERWRITTEN,
          SownFault.TOKENS_STAND_STILL,
          SownFault.READY_BEFORE_STEPS,
          SownFault.COMPLETED_FORGOTTEN,
          SownFault.NO_TAKEOVER_DELAY,
          SownFault.ALL_FAILURES_ARE_NEWS,
          SownFault.RETRY_AT_ONCE,
          SownFault.FAILURE_UNDER_LOCK_IGNORED,
          SownFault.STEP_NOT_TOLD,
          SownFault.NODE_BEFORE_READY,
          SownFault.MARKER_BEFORE_STEPS,
          SownFault.MARKER_NOT_READ_UNDER_LOCK,
          SownFault.LEASE_KEPT);

  private static final Map<SownFault, Map<String, String>> FOUND = new EnumMap<>(SownFault.class);

  static Set<SownFault> soon() {
    return SOON;
  }

  @ParameterizedTest
  @MethodSource("soon")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_fault_of_each_kind_is_found(SownFault fault) throws Exception {
    requireFound(fault);
  }

  @Test
  void each_rule_that_some_fault_breaks_is_broken_here() {
    assertThat(SOON.stream().flatMap(fault -> fault.rules().stream()).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(SownFault.values())
                .flatMap(fault -> fault.rules().stream())
                .collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource
  void each_fault_can_be_sown(SownFault fault) throws Exception {
    assertThat(SpoiltClasses.sources(fault)).isNotEmpty();
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void each_fault_is_found(SownFault fault) throws Exception {
    FOUND.put(fault, requireFound(fault));
  }

  private static Map<String, String> requireFound(SownFault fault) throws Exception {
    Map<String, String> found = SpoiltClasses.with(fault).look(1, SEEDS, false);
    assertThat(found).as("%s: found within %d seeds", fault.what(), SEEDS).isNotEmpty();
    assertThat(fault.rules().stream().map(Rule::title))
        .as(found.get("report"))
        .contains(found.get("rule"));
    return found;
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
