package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fleets of processes under faults keep every promise. */
class ChaosIT {

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void fleets_keep_their_promises_whatever_strikes_them() throws Exception {
    Campaign campaign = Campaign.fromProperties();

    List<Result> results = campaign.run(Path.of("target", "chaos").toAbsolutePath());

    assertThat(results).hasSize(campaign.fleets());
    assertThat(results.stream().filter(r -> !r.violations().isEmpty()).map(Campaign::told).toList())
        .as("fleets that broke a promise")
        .isEmpty();
  }
}
