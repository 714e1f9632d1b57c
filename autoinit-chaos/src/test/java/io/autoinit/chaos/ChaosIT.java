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
    List<Result> results = campaign.run(REPORT);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    Summary summary = campaign.report(results, took, REPORT);
    if (ReliabilityPage.isWritten()) {
      ReliabilityPage.keep(summary, results);
    }
    assertThat(results).hasSize(campaign.fleets());
    assertThat(summary.broken()).as("fleets that broke a promise").isEmpty();
  }
}
