package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Pace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of stores and of the times of a start together. */
class PlacementTest {

  private static final BackendProvider PROVIDER =
      new BackendProvider() {
        @Override
        public String type() {
          return "grid";
        }

        @Override
        public Set<Role> roles() {
          return Set.of(Role.LOCKS);
        }

        @Override
        public Backend open(BackendConfig config) {
          throw new UnsupportedOperationException("nobody opens it here");
        }
      };

  private static final BackendInstance GRID =
      new BackendInstance(
          "grid", PROVIDER, BackendConfig.of("grid", "test", PROVIDER, Map.of()), true);

  /** Answers nobody for so long when a part of it stands still. */
  private record StandingStill(Duration longestStandstill) implements Backend {
    @Override
    public void close() {
      // Nothing was opened.
    }
  }

  private static Pace takeoverAfter(Duration delay) {
    return new Pace(
        Duration.ofSeconds(1),
        delay.multipliedBy(2),
        delay,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5));
  }

  @Test
  void aLeaderThatCannotOutliveAStandstillIsWarnedOfWithTimesThatHold() {
    Backend grid = new StandingStill(Duration.ofSeconds(6));

    assertThat(Placement.ofStandstill(GRID, grid, Pace.STANDARD))
        .hasValueSatisfying(
            finding ->
                assertThat(finding.sentence())
                    .contains(
                        "'grid' answers nobody for 6 s when one of its members stands still",
                        "a leader keeps its lease for 2.6 s",
                        "set autoinit.takeover-delay = 12s and autoinit.lease-ttl = 24s"));
    assertThat(Placement.ofStandstill(GRID, grid, takeoverAfter(Duration.ofSeconds(12)))).isEmpty();
  }

  @Test
  void theTimesThatAreNamedHoldWithALongGraceToo() {
    Backend grid = new StandingStill(Duration.ofSeconds(6));
    Duration grace = Duration.ofSeconds(5);
    Duration ttl = Duration.ofSeconds(60);
    Pace tooShort =
        new Pace(Duration.ofSeconds(1), ttl, Duration.ofSeconds(12), grace, Duration.ofSeconds(5));

    assertThat(Placement.ofStandstill(GRID, grid, tooShort))
        .hasValueSatisfying(
            finding ->
                assertThat(finding.sentence())
                    .contains("set autoinit.takeover-delay = 15s and autoinit.lease-ttl = 60s"));
    Pace advised =
        new Pace(Duration.ofSeconds(1), ttl, Duration.ofSeconds(15), grace, Duration.ofSeconds(5));
    assertThat(Placement.ofStandstill(GRID, grid, advised)).isEmpty();
  }

  @Test
  void aStoreThatNeverStandsStillIsNotWarnedOf() {
    assertThat(Placement.ofStandstill(GRID, new StandingStill(Duration.ZERO), Pace.STANDARD))
        .isEmpty();
  }
}
