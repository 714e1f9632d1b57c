package io.autoinit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingTest {

  private static final Backend WARNED =
      new Backend() {
        @Override
        public List<String> warnings() {
          return List.of("keys may be evicted: set another policy");
        }

        @Override
        public void close() {}
      };

  private static final Backend AWAY =
      new Backend() {
        @Override
        public Optional<MarkerStore> markers() {
          throw new BackendUnavailableException("Nobody answers");
        }

        @Override
        public void close() {}
      };

  @Test
  void a_backend_without_findings_of_its_own_tells_its_warnings() {
    assertThat(WARNED.findings())
        .contains(
            new Finding(
                Severity.WARNING,
                "warning",
                "keys may be evicted: set another policy",
                Optional.empty()));
  }

  @Test
  void a_store_that_is_away_is_told_and_not_thrown() {
    assertThat(AWAY.findings())
        .containsExactly(
            new Finding(Severity.ERROR, "reachable", "Nobody answers", Optional.empty()));
  }

  @Test
  void a_finding_is_the_sentence_of_a_warning() {
    assertThat(Finding.warning("eviction", "keys may go", "CONFIG SET x y").sentence())
        .isEqualTo("keys may go: CONFIG SET x y");
    assertThatThrownBy(() -> Finding.ok("Not a name", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_clock_that_runs_or_stands_is_wrong_and_the_same_clock_is_right() {
    Duration step = Duration.ofNanos(1000);
    Finding same = ClockRate.of(() -> Duration.ofNanos(System.nanoTime()), step).finding("a store");
    Finding fast =
        ClockRate.of(() -> Duration.ofNanos(System.nanoTime()).multipliedBy(100), step)
            .finding("a store");
    Finding stopped = ClockRate.of(() -> Duration.ofDays(1), step).finding("a store");
    assertThat(same.severity()).isEqualTo(Severity.OK);
    assertThat(stopped.severity()).isEqualTo(Severity.ERROR);
    assertThat(fast.seen()).contains("the clock of a store goes at ");
    assertThat(fast.severity()).isEqualTo(Severity.ERROR);
  }

  @Test
  void slow_answers_are_not_taken_for_a_wrong_clock() {
    assertThat(new ClockRate(0.2, 1.6).finding("a store").severity()).isEqualTo(Severity.OK);
  }
}
