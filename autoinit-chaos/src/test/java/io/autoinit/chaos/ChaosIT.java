package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fleets of processes under faults keep every promise. */
class ChaosIT {

  private static final Path REPORT = Path.of("target", "chaos").toAbsolutePath();

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void fleets_keep_their_promises_whatever_strikes_them() throws Exception {
    Campaign campaign = Campaign.fromProperties();

    long began = System.nanoTime();
    Load load = Load.measure();
    List<Result> results = campaign.run(REPORT);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    Summary summary = campaign.report(results, took, load.told(), REPORT);
    if (ReliabilityPage.isWritten()) {
      ReliabilityPage.keep(summary, results);
    }
    assertThat(results).hasSize(campaign.fleets());
    assertThat(summary.broken()).as("fleets that broke a promise").isEmpty();
    List<Result> started = results.stream().filter(r -> r.leftOut().isEmpty()).toList();
    assertThat(started.stream().filter(r -> !r.struck()).map(Campaign::told).toList())
        .as("fleets whose point was never reached")
        .hasSizeLessThanOrEqualTo(1 + started.size() / 10);
  }
}
