package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What becomes of a fleet follows from its seed. */
class PlanTest {

  private static List<Plan> plans(long from, long count) {
    return LongStream.range(from, from + count).mapToObj(Plan::of).toList();
  }

  @Test
  void a_seed_always_means_the_same() {
    assertThat(plans(1_000, 200)).isEqualTo(plans(1_000, 200));
  }

  @Test
  void seeds_in_a_row_try_each_fault_on_each_of_its_pairings() {
    Set<Plan.Case> tried =
        plans(123_456, Plan.cases().size()).stream()
            .map(plan -> new Plan.Case(plan.fault(), plan.pairing()))
            .collect(Collectors.toSet());

    assertThat(tried).hasSameElementsAs(Plan.cases());
  }

  @Test
  void a_leader_is_killed_before_and_after_each_write() {
    Set<String> points =
        plans(0, 20_000).stream()
            .filter(plan -> plan.fault() == Fault.KILL)
            .filter(plan -> plan.pairing() == Pairing.POSTGRES_REDIS)
            .map(Plan::point)
            .collect(Collectors.toSet());

    for (String write :
        List.of(
            "rd.claim",
            "pg.acquire",
            "pg.renew",
            "pg.publish-running",
            "rd.publish-running",
            "pg.publish-ready",
            "rd.publish-ready",
            "pg.release",
            "dir.put",
            "dir.release-node")) {
      assertThat(points).contains(write + ".before", write + ".after");
    }
  }
}
