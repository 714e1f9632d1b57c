package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Pace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

  private static Optional<Finding> ofStandstill(Duration still, Pace pace) {
    return Placement.ofStandstill(GRID, still, pace, Placement.Reliant.LEADER);
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
    Duration still = Duration.ofSeconds(6);

    assertThat(ofStandstill(still, Pace.STANDARD))
        .hasValueSatisfying(
            finding ->
                assertThat(finding.sentence())
                    .contains(
                        "'grid' answers nobody for 6 s when one of its members stands still",
                        "a leader keeps its lease for 2.6 s",
                        "set autoinit.takeover-delay = 12s and autoinit.lease-ttl = 24s"));
    assertThat(ofStandstill(still, takeoverAfter(Duration.ofSeconds(12)))).isEmpty();
  }

  @Test
  void theTimesThatAreNamedHoldWithALongGraceToo() {
    Duration still = Duration.ofSeconds(6);
    Duration grace = Duration.ofSeconds(5);
    Duration ttl = Duration.ofSeconds(60);
    Pace tooShort =
        new Pace(Duration.ofSeconds(1), ttl, Duration.ofSeconds(12), grace, Duration.ofSeconds(5));

    assertThat(ofStandstill(still, tooShort))
        .hasValueSatisfying(
            finding ->
                assertThat(finding.sentence())
                    .contains("set autoinit.takeover-delay = 15s and autoinit.lease-ttl = 60s"));
    Pace advised =
        new Pace(Duration.ofSeconds(1), ttl, Duration.ofSeconds(15), grace, Duration.ofSeconds(5));
    assertThat(ofStandstill(still, advised)).isEmpty();
  }

  @Test
  void aStoreThatNeverStandsStillIsNotWarnedOf() {
    assertThat(ofStandstill(Duration.ZERO, Pace.STANDARD)).isEmpty();
  }
}
