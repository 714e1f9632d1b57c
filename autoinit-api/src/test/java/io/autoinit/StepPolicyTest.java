package io.autoinit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepPolicyTest {

  private static final StepPolicy POLICY = StepPolicy.of(Phase.INFRASTRUCTURE);

  @Test
  void infrastructure_aborts_and_nodes_continue_unless_told_otherwise() {
    assertThat(POLICY.onFailure()).isEqualTo(OnFailure.ABORT);
    assertThat(StepPolicy.of(Phase.NODE).onFailure()).isEqualTo(OnFailure.CONTINUE);
    assertThat(POLICY.withOnFailure(OnFailure.CONTINUE).onFailure()).isEqualTo(OnFailure.CONTINUE);
    assertThat(POLICY.attempts()).isEqualTo(1);
    assertThat(POLICY.timeout()).isEmpty();
  }

  @Test
  void the_pause_doubles_up_to_a_minute() {
    StepPolicy policy = POLICY.withAttempts(100, Duration.ofSeconds(10));
    assertThat(policy.pauseAfter(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.pauseAfter(2)).isEqualTo(Duration.ofSeconds(20));
    assertThat(policy.pauseAfter(3)).isEqualTo(Duration.ofSeconds(40));
    assertThat(policy.pauseAfter(4)).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.pauseAfter(1_000_000)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void a_pause_that_is_longer_than_a_minute_stays_and_none_stays_none() {
    assertThat(POLICY.withAttempts(9, Duration.ofMinutes(5)).pauseAfter(8))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(POLICY.withAttempts(9, Duration.ofMinutes(1)).pauseAfter(8))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(POLICY.withAttempts(9, Duration.ZERO).pauseAfter(8)).isEqualTo(Duration.ZERO);
  }

  @Test
  void what_makes_no_sense_is_refused() {
    assertThatThrownBy(() -> POLICY.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.withTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.withAttempts(0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> POLICY.withAttempts(1, Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
