package io.autoinit.tck.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.tck.history.HistoryEvent.Gone;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is certainly wrong is found, and what may have been right is not. */
class HistoryCheckerTest {

  private final History history = new History();

  private Told attempt(String client, int asked) {
    return new Told(history, client, asked);
  }

  private Violation only() {
    assertThat(HistoryChecker.check(history)).hasSize(1);
    return HistoryChecker.check(history).get(0);
  }

  private void requireSound() {
    assertThat(HistoryChecker.check(history)).isEmpty();
  }

  @Nested
  class TwoHoldersOfOneLock {

    @Test
    void are_found_with_the_events_of_both_and_no_others() {
      attempt("before", 0).got(1, 4).released(5, 6);
      attempt("bystander", 20);
      attempt("a", 10).got(11, 5).counted(12, 1, 13).renewed(100, 101, true).released(700, 702);
      new Told(history, "c", "shop/node/web-1", 10).got(12, 5).released(900, 901);
      attempt("b", 300).got(302, 6).counted(310, 2, 311).released(600, 601);
      attempt("after", 800).got(801, 7).released(900, 901);
      Violation found = only();
      assertThat(found.rule()).isEqualTo("LOCK-1");
      assertThat(found.lock()).isEqualTo("shop/infrastructure");
      assertThat(found.clients()).containsExactlyInAnyOrder("a", "b");
      assertThat(found.what())
          .isEqualTo(
              "'shop/infrastructure' was held twice for 298.0 ms: by a/t1 with token 5 and by b/t1"
                  + " with token 6");
      assertThat(found.story().stripIndent())
          .isEqualTo(
              """
                   1.0  a/t1  got token 5 (asked at 0.0 with a ttl of 1000 ms: valid until 980.0)
                 292.0  b/t1  got token 6 (asked at 290.0 with a ttl of 1000 ms: valid until 1270.0)
                 590.0  b/t1  gave token 6 back""");
    }

    @Test
    void are_found_by_the_renewal_that_made_the_first_certain() {
      attempt("a", 0)
          .got(1, 5)
          .renewed(500, 501, true)
          .renewed(900, 901, true)
          .released(2000, 2001);
      attempt("b", 1200).got(1202, 6).released(3000, 3001);
      assertThat(only().story().stripIndent())
          .isEqualTo(
              """
                   1.0  a/t1  got token 5 (asked at 0.0 with a ttl of 1000 ms: valid until 980.0)
                 501.0  a/t1  renewed token 5: true (sent at 500.0: valid until 1480.0)
                1202.0  b/t1  got token 6 (asked at 1200.0 with a ttl of 1000 ms: valid until 2180.0)""");
    }

    @Test
    void are_found_although_one_of_them_was_frozen() {
      attempt("a", 0).got(1, 5);
      history.add(new HistoryEvent.Paused(Told.nanos(10), "a"));
      attempt("b", 300).got(301, 6).released(400, 401);
      history.add(new HistoryEvent.Resumed(Told.nanos(800), "a"));
      assertThat(only().story())
          .contains("10.0  a     was frozen\n", "800.0  a     went on")
          .contains("400.0  b/t1  gave token 6 back");
    }

    @Test
    void are_shown_with_a_third_that_released_what_was_not_its_own() {
      Told zombie = attempt("zombie", 0).got(1, 4);
      attempt("a", 1500).got(1501, 5);
      zombie.released(1600, 1601);
      attempt("b", 1610).got(1611, 6).released(1700, 1701);
      assertThat(only().clients()).containsExactlyInAnyOrder("zombie", "a", "b");
      assertThat(only().story()).contains("1600.0  zombie/t1  gave token 4 back\n");
    }

    @Test
    void are_none_while_the_first_gives_back_and_the_second_gets() {
      attempt("a", 0).got(1, 5).released(300, 400);
      attempt("b", 250).got(301, 6).released(500, 501);
      requireSound();
    }

    @Test
    void are_none_once_the_ttl_has_passed_less_what_clocks_may_differ() {
      attempt("a", 0).got(10, 5);
      attempt("b", 900).got(981, 6).released(990, 991);
      requireSound();
    }

    @Test
    void are_none_when_the_first_was_told_that_it_had_lost() {
      attempt("a", 0).got(1, 5).renewed(300, 400, false);
      attempt("b", 250).got(301, 6).released(500, 501);
      requireSound();
    }

    @Test
    void are_none_when_the_client_of_the_first_had_ended() {
      attempt("a", 0).got(1, 5).renewed(200, 450, true);
      history.add(new Gone(Told.nanos(300), "a", Gone.How.KILLED));
      attempt("b", 250).got(301, 6).released(500, 501);
      requireSound();
    }

    @Test
    void are_none_when_the_renewal_of_the_first_had_no_answer() {
      attempt("a", 0).got(1, 5).renewalFailed(500, 510);
      attempt("b", 1100).got(1101, 6).released(1200, 1201);
      requireSound();
    }

    @Test
    void are_none_when_the_answer_to_the_first_came_after_it_had_lapsed() {
      attempt("a", 0).got(1200, 5);
      attempt("b", 1100).got(1101, 6).released(1300, 1301);
      requireSound();
    }
  }

  @Nested
  class TokensThatDoNotGrow {

    @Test
    void are_found_over_a_handover() {
      attempt("a", 0).got(1, 5).released(100, 101);
      attempt("b", 200).got(201, 7).released(300, 301);
      attempt("c", 400).got(401, 6).released(500, 501);
      assertThat(only().rule()).isEqualTo("LOCK-2");
      assertThat(only().what())
          .isEqualTo("'shop/infrastructure' was given with token 6 after token 7");
      assertThat(only().story().stripIndent())
          .isEqualTo(
              """
                 1.0  b/t1  got token 7 (asked at 0.0 with a ttl of 1000 ms: valid until 980.0)
               100.0  b/t1  gave token 7 back
               201.0  c/t1  got token 6 (asked at 200.0 with a ttl of 1000 ms: valid until 1180.0)""");
    }

    @Test
    void are_found_when_they_are_equal() {
      attempt("a", 0).got(1, 5).released(100, 101);
      attempt("b", 200).got(201, 5).released(300, 301);
      assertThat(only().what()).isEqualTo("'shop/infrastructure' was given with token 5 twice");
    }

    @Test
    void are_found_after_a_holder_that_was_killed() {
      attempt("a", 0).got(1, 5);
      history.add(new Gone(Told.nanos(50), "a", Gone.How.KILLED));
      attempt("b", 200).got(201, 5).released(300, 301);
      assertThat(only().story()).contains("50.0  a     was killed\n");
    }

    @Test
    void are_none_when_nobody_knows_who_was_first() {
      attempt("a", 0).got(10, 6).released(11, 12);
      attempt("b", 5).got(13, 5).released(14, 15);
      requireSound();
    }

    @Test
    void are_none_on_different_locks() {
      new Told(history, "a", "x", 0).got(1, 5).released(2, 3);
      new Told(history, "a", "y", 10).got(11, 5).released(12, 13);
      requireSound();
    }
  }

  @Nested
  class RenewalsThatBringBackWhatWasLost {

    @Test
    void are_found_when_another_had_the_lock_meanwhile() {
      attempt("a", 0).got(1, 5).renewed(2000, 2001, true).released(2100, 2101);
      attempt("b", 1200).got(1201, 6).released(1300, 1301);
      assertThat(only().rule()).isEqualTo("LOCK-6");
      assertThat(only().what())
          .isEqualTo(
              "renew of a/t1's lease of 'shop/infrastructure' with token 5 returned true although"
                  + " b/t1 had got the lock with token 6 before");
      assertThat(only().story().stripIndent())
          .isEqualTo(
              """
                   1.0  a/t1  got token 5 (asked at 0.0 with a ttl of 1000 ms: valid until 980.0)
                1201.0  b/t1  got token 6 (asked at 1200.0 with a ttl of 1000 ms: valid until 2180.0)
                1300.0  b/t1  gave token 6 back
                2001.0  a/t1  renewed token 5: true (sent at 2000.0: valid until 2980.0)""");
    }

    @Test
    void are_no_second_holder_besides() {
      attempt("a", 0).got(1, 5).renewed(1500, 1501, true).released(2100, 2101);
      attempt("b", 1200).got(1201, 6).released(2200, 2201);
      assertThat(only().rule()).isEqualTo("LOCK-6");
    }

    @Test
    void are_found_when_renew_had_said_no() {
      attempt("a", 0).got(1, 5).renewed(1500, 1501, false).renewed(1600, 1601, true);
      assertThat(only().what()).endsWith("returned true although renew had returned false before");
      assertThat(only().story()).contains(": false (sent at 1500.0)\n", ": true (sent at 1600.0");
    }

    @Test
    void are_found_when_the_lock_had_been_given_back() {
      attempt("a", 0).got(1, 5).released(100, 101).renewed(200, 201, true);
      assertThat(only().what()).endsWith("returned true although it had been given back before");
      assertThat(only().story()).contains("100.0  a/t1  gave token 5 back\n");
    }

    @Test
    void are_none_when_the_store_had_kept_the_lock_beyond_the_ttl() {
      attempt("a", 0).got(1, 5).renewed(1500, 1501, true).released(1600, 1601);
      attempt("b", 1550).got(1602, 6).released(1700, 1701);
      requireSound();
    }

    @Test
    void are_none_when_the_other_may_have_got_the_lock_after_the_answer() {
      attempt("a", 0).got(1, 5).renewed(1500, 1600, true).released(1650, 1651);
      attempt("b", 1200).got(1652, 6).released(1700, 1701);
      requireSound();
    }
  }

  @Nested
  class LostUpdates {

    @Test
    void are_found_where_nobody_can_tell_that_two_held_the_lock() {
      attempt("a", 0).got(1, 5).counted(2, 16, 1000);
      attempt("b", 500).got(990, 6).counted(995, 16, 1010).released(1020, 1021);
      assertThat(only().rule()).isEqualTo("LOCK-1");
      assertThat(only().what())
          .isEqualTo(
              "an increment of the counter that 'shop/infrastructure' guards was lost: a/t1 and"
                  + " b/t1 both made it 17");
      assertThat(only().story().stripIndent())
          .isEqualTo(
              """
                 1.0  a/t1  got token 5 (asked at 0.0 with a ttl of 1000 ms: valid until 980.0)
                 2.0  a/t1  read 16
               990.0  b/t1  got token 6 (asked at 500.0 with a ttl of 1000 ms: valid until 1480.0)
               995.0  b/t1  read 16
              1000.0  a/t1  wrote 17
              1010.0  b/t1  wrote 17""");
    }

    @Test
    void are_not_told_where_they_follow_from_what_was_told() {
      attempt("a", 0).got(1, 5).counted(2, 16, 300);
      attempt("b", 100).got(101, 6).counted(200, 16, 310).released(400, 401);
      assertThat(only().what()).contains("was held twice");
    }

    @Test
    void are_none_when_each_saw_the_one_before() {
      attempt("a", 0).got(1, 5).counted(2, 0, 3).counted(4, 1, 5).released(6, 7);
      attempt("b", 8).got(9, 6).counted(10, 2, 11).released(12, 13);
      requireSound();
    }
  }

  @Test
  void what_is_quickly_read_comes_first() {
    attempt("a", 0).got(1, 5).renewed(500, 501, true);
    attempt("b", 1200).got(1202, 6).released(1300, 1301);
    new Told(history, "a", "other", 0).got(1, 5);
    new Told(history, "b", "other", 100).got(101, 6);
    assertThat(HistoryChecker.check(history))
        .extracting(Violation::lock)
        .containsExactly("other", "shop/infrastructure");
  }
}
