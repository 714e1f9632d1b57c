package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.chaos.Violation.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker finds what is wrong in a history, and nothing in a good one. */
class CheckerTest {

  private static List<Rule> broken(Fault fault, Pairing pairing, Told told) {
    return Checker.violations(Told.plan(fault, pairing), told.history()).stream()
        .map(Violation::rule)
        .distinct()
        .toList();
  }

  private static List<Rule> broken(Told told) {
    return broken(Fault.CALM, Pairing.POSTGRES_REDIS, told);
  }

  @Test
  void a_fault_that_found_nothing_to_do_struck_nobody() {
    Told hit = Told.calmStart().fault("session", "n1.1", 1_600);

    assertThat(struck(hit)).isTrue();
    assertThat(struck(hit.at(1_700, "chaos", "missed", "what", "session"))).isFalse();
  }

  private static boolean struck(Told told) {
    return new History(told.history()).fault().isPresent();
  }

  @Test
  void a_start_that_went_well_breaks_nothing() {
    assertThat(broken(Told.calmStart())).isEmpty();
  }

  @Test
  void a_step_beside_that_of_another_process_is_an_overlap() {
    Told told = Told.calmStart().step("n2.1", "beta", 1_600, 1_700, 6);

    assertThat(broken(told)).contains(Rule.OVERLAP);
  }

  @Test
  void a_step_that_works_on_after_its_successor_began_is_an_overlap() {
    Told told =
        Told.calmStart()
            .without("step-ended")
            .step("n2.1", "gamma", 2_405, 2_450, 6)
            .worked("n1.1", "gamma", 2_470, 5);

    assertThat(broken(told)).contains(Rule.OVERLAP);
  }

  /** n1 is stopped in the middle of beta; n2 does it again; n1 wakes up at 9 s. */
  private static Told woken(String manner) {
    Told told = Told.calmStart().silent("n1.1", 1_500);
    told.step("n1.1", "beta", "INFRASTRUCTURE", manner, 1_500, 1_600, 5).silent("n1.1", 1_600);
    told.fault("stop", "n1.1", 1_600).at(9_000, "chaos", "continue", "of", "n1.1");
    told.lease("n2.1", 8_000, 6).step("n2.1", "beta", 8_500, 9_800, 6);
    told.step("n2.1", "gamma", 9_900, 10_100, 6);
    told.recorded("n2.1", 10_200, 6, "ready", "alpha,beta,gamma");
    return told.silent("n2.1", 10_300).nodeStep("n2.1", 10_400).nodeStep("n1.1", 11_000);
  }

  private static Told tidied(Told told) {
    return told.without("fault").fault("stop", "n1.1", 1_600);
  }

  @Test
  void a_process_that_wakes_up_has_a_moment_to_notice() {
    Told told = woken("HONOURS_INTERRUPTS").worked("n1.1", "beta", 9_050, 5);

    assertThat(broken(Fault.STOP, Pairing.POSTGRES_REDIS, tidied(told)))
        .doesNotContain(Rule.OVERLAP);
  }

  @Test
  void a_process_that_wakes_up_and_works_on_overlaps() {
    Told told = woken("HONOURS_INTERRUPTS").worked("n1.1", "beta", 9_400, 5);

    assertThat(broken(Fault.STOP, Pairing.POSTGRES_REDIS, tidied(told))).contains(Rule.OVERLAP);
  }

  @Test
  void a_step_that_asks_works_on_for_one_beat_at_most() {
    Told once = woken("ASKS").worked("n1.1", "beta", 9_010, 5);
    Told twice = woken("ASKS").worked("n1.1", "beta", 9_010, 5).worked("n1.1", "beta", 9_030, 5);

    assertThat(broken(Fault.STOP, Pairing.POSTGRES_REDIS, tidied(once)))
        .doesNotContain(Rule.OVERLAP);
    assertThat(broken(Fault.STOP, Pairing.POSTGRES_REDIS, tidied(twice))).contains(Rule.OVERLAP);
  }

  @Test
  void a_best_effort_lock_admits_the_afterlife_and_no_more() {
    Told brief = Told.calmStart().step("n2.1", "gamma", 2_100, 2_200, 6);

    assertThat(broken(Fault.CALM, Pairing.REDIS, brief)).doesNotContain(Rule.OVERLAP);
    assertThat(broken(brief)).contains(Rule.OVERLAP);
  }

  @Test
  void a_token_that_does_not_grow_is_found() {
    assertThat(broken(Told.calmStart().lease("n2.1", 3_500, 5))).contains(Rule.TOKENS);
    assertThat(broken(Told.calmStart().lease("n2.1", 3_500, 6))).isEmpty();
  }

  @Test
  void a_token_of_a_node_lock_that_does_not_grow_is_found() {
    Told told = Told.calmStart();
    told.at(3_000, "n1.1", "sent", "call", "dir.acquire-node");
    told.at(3_002, "n1.1", "answered", "call", "dir.acquire-node", "done", true, "token", 9);
    assertThat(broken(told)).isEmpty();

    told.at(3_500, "n1.2", "sent", "call", "dir.acquire-node");
    told.at(3_510, "n1.2", "answered", "call", "dir.acquire-node", "done", true, "token", 8);
    assertThat(broken(told)).contains(Rule.TOKENS);
  }

  @Test
  void a_record_of_an_older_leader_that_was_taken_is_found() {
    Told told = Told.calmStart().recorded("n2.1", 1_460, 4, "running", "");

    assertThat(broken(told)).contains(Rule.TOKENS);
  }

  @Test
  void a_store_that_lost_its_data_excuses_no_other() {
    Told told = Told.calmStart().recorded("n2.1", 1_460, 4, "running", "");
    told.at(1_455, "chaos", "lost-data", "store", "rd");
    assertThat(broken(told)).contains(Rule.TOKENS);

    assertThat(broken(told.at(1_456, "chaos", "lost-data", "store", "pg"))).isEmpty();
  }

  @Test
  void the_evidence_is_beside_the_lock_or_else_in_the_signal() {
    Told told = Told.calmStart().step("n1.1", "alpha", 1_960, 1_990, 5);

    assertThat(broken(Fault.CALM, Pairing.HAZELCAST_POSTGRES, told)).contains(Rule.REPEATED);
    assertThat(broken(Fault.CALM, Pairing.ZOOKEEPER_REDIS, told)).isEmpty();
  }

  @Test
  void a_step_that_was_recorded_and_begins_again_is_found() {
    Told told = Told.calmStart().step("n1.1", "alpha", 1_960, 1_990, 5);

    assertThat(broken(told)).contains(Rule.REPEATED);
  }

  @Test
  void a_step_after_READY_is_found() {
    assertThat(broken(Told.calmStart().step("n2.1", "gamma", 3_500, 3_600, 6)))
        .contains(Rule.REPEATED);
  }

  @Test
  void a_node_step_after_the_marker_of_its_node_is_found() {
    assertThat(broken(Told.calmStart().nodeStep("n2.2", 3_800))).contains(Rule.REPEATED);
  }

  @Test
  void a_node_step_before_READY_is_found() {
    assertThat(broken(Told.calmStart().nodeStep("n2.1", 2_000))).contains(Rule.EARLY);
  }

  @Test
  void a_process_that_does_not_end_or_ends_badly_is_found() {
    assertThat(broken(Told.calmStart().at(6_000, "chaos", "stuck", "of", "n2.1")))
        .contains(Rule.ENDS);
    assertThat(broken(Told.calmStart().exit("n2.1", 4_500, 71))).contains(Rule.ENDS);
    assertThat(broken(Told.calmStart().without("exit"))).contains(Rule.ENDS);
  }

  @Test
  void a_lease_that_was_lost_while_the_process_got_no_processor_is_excused() {
    Told told = Told.calmStart().exit("n2.1", 4_500, 71);
    told.at(1_000, "n2.1", "delay", "nanos", 0);
    told.at(3_300, "n2.1", "delay", "nanos", 2_500_000_000L);

    assertThat(broken(told)).isEmpty();
  }

  @Test
  void a_failure_that_reaches_a_waiter_late_or_is_repeated_at_once_is_found() {
    Told told = Told.calmStart().at(1_200, "n2.1", "event", "event", "Waiting");
    told.at(2_300, "n1.1", "answered", "call", "rd.publish-failed", "done", true, "token", 5);

    told.at(3_200, "n2.1", "ended", "code", 70, "threads", "");
    assertThat(broken(told)).isEmpty();
    told.at(3_400, "n2.1", "ended", "code", 70, "threads", "");
    assertThat(broken(told)).contains(Rule.FAILURE);
    assertThat(
            broken(
                Told.calmStart()
                    .at(
                        1_900,
                        "n1.1",
                        "answered",
                        "call",
                        "rd.publish-failed",
                        "done",
                        true,
                        "token",
                        5)))
        .contains(Rule.FAILURE);
  }

  @Test
  void a_record_that_is_not_READY_in_the_end_is_found() {
    Told told =
        Told.calmStart()
            .without("final")
            .at(5_000, "chaos", "final", "state", "Running", "completed", "alpha");

    assertThat(broken(told)).contains(Rule.COMPLETION);
  }

  @Test
  void a_marker_without_its_step_and_a_step_without_its_marker_are_found() {
    Told noStep = Told.calmStart().silent("n2.1", 0);
    Told noMarker = Told.calmStart().without("marker").marker("n1", true).marker("n2", false);

    assertThat(broken(noStep)).contains(Rule.MARKERS);
    assertThat(broken(noMarker)).contains(Rule.MARKERS);
  }

  @Test
  void what_is_left_behind_is_found() {
    assertThat(broken(Told.calmStart().at(6_000, "chaos", "left", "what", "lock", "name", "x")))
        .contains(Rule.LEFT);
  }

  /** n1 claims and leads, and dies at 1.6 s; n2 goes on at the given moment. */
  private static Told killed(long successor) {
    Told told = Told.calmStart().silent("n1.1", 1_500).silent("n2.1", 0);
    told.at(800, "n1.1", "answered", "call", "rd.claim", "done", true);
    told.fault("kill", "n1.1", 1_600);
    return told.lease("n2.1", successor - 100, 6).step("n2.1", "beta", successor, 9_000, 6);
  }

  @Test
  void a_successor_that_comes_late_is_found() {
    assertThat(broken(Fault.KILL, Pairing.POSTGRES_REDIS, killed(6_500)))
        .doesNotContain(Rule.TAKEOVER);
    assertThat(broken(Fault.KILL, Pairing.POSTGRES_REDIS, killed(6_700))).contains(Rule.TAKEOVER);
  }

  @Test
  void a_machine_that_kept_the_successor_waiting_is_excused() {
    Told told =
        killed(6_700)
            .at(1_000, "n2.1", "delay", "nanos", 0)
            .at(6_700, "n2.1", "delay", "nanos", 200_000_000);

    assertThat(broken(Fault.KILL, Pairing.POSTGRES_REDIS, told)).doesNotContain(Rule.TAKEOVER);
  }
}
