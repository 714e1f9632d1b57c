package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadinessReportTest {

  private static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("v42"));
  private static final List<CompletedStep> DONE =
      List.of(new CompletedStep("migrate", Duration.ofMillis(1200)));

  @Test
  void noRecordIsNotReady() {
    ReadinessReport report = ReadinessReport.ofNone(RUN.runId(), List.of());

    assertThat(report.ready()).isFalse();
    assertThat(report.lines()).containsExactly("NOT STARTED: no record of this run");
    assertThat(report.fields()).containsEntry("nearestRun", Optional.empty());
    assertThat(report.fields()).doesNotContainKey("otherRuns");
  }

  @Test
  void ofARunThatIsNotRecordedTheNearestAndTheLastAreNamed() {
    List<RunId> others = Stream.of("v43", "v24", "x", "y").map(RunId::new).toList();
    ReadinessReport report = ReadinessReport.ofNone(RUN.runId(), others);

    assertThat(report.ready()).isFalse();
    assertThat(report.lines())
        .containsExactly(
            "NOT STARTED: no record of this run",
            "runs     did you mean v43? recorded are v43, v24, x and 1 older: autoinit runs");
    assertThat(report.fields())
        .containsEntry("otherRuns", others)
        .containsEntry("nearestRun", Optional.of("v43"));
  }

  @Test
  void whoNeverLedHasNoToken() {
    for (Readiness record :
        List.of(
            new Readiness.Claimed(RUN, 0, "web-3", List.of()),
            new Readiness.Stopped(RUN, 0, "web-3", List.of()))) {
      assertThat(report(record).lines()).contains("holder   web-3");
      assertThat(report(record).fields()).containsEntry("token", Optional.empty());
    }
    assertThat(report(new Readiness.Stopped(RUN, 3, "web-3", List.of())).lines())
        .contains("holder   web-3, token 3");
  }

  @Test
  void readySaysWhoWhenAndWhat() {
    ReadinessReport report = report(new Readiness.Ready(RUN, 17, "web-3", DONE));

    assertThat(report.ready()).isTrue();
    assertThat(report.lines())
        .containsExactly(
            "READY: run v42 of shop",
            "written  3 s ago",
            "holder   web-3, token 17",
            "means    the infrastructure phase is done",
            "done     migrate in 1.2 s");
    assertThat(report.fields())
        .containsEntry("state", "ready")
        .hasEntrySatisfying(
            "completedSteps", steps -> assertThat(steps.toString()).contains("step=migrate"));
  }

  @Test
  void everyOtherStateIsNotReadyAndExplained() {
    assertThat(report(new Readiness.Claimed(RUN, 0, "web-3", List.of())).lines())
        .contains("CLAIMED: run v42 of shop", "means    the holder is about to get the lock");
    assertThat(report(new Readiness.Stopped(RUN, 1, "web-3", List.of())).lines())
        .contains("means    the holder gave up on purpose; anybody may go on at once");
    assertThat(
            report(
                    new Readiness.Running(
                        RUN, 1, "web-3", DONE, Optional.of("seed"), 2, Optional.of("half")))
                .lines())
        .contains("means    step seed runs, attempt 2: half");
    ReadinessReport failed =
        report(
            new Readiness.Failed(
                RUN, 1, "web-3", List.of(), "seed", "no space left", Duration.ofSeconds(5)));
    assertThat(failed.ready()).isFalse();
    assertThat(failed.lines())
        .contains("means    step seed failed: no space left; a retry is due in 2 s");
    assertThat(
            report(
                    new Readiness.Failed(
                        RUN,
                        1,
                        "web-3",
                        List.of(),
                        "seed",
                        "Step 'seed' failed: no space left",
                        Duration.ofSeconds(5)))
                .lines())
        .contains("means    Step 'seed' failed: no space left; a retry is due in 2 s");
  }

  private static ReadinessReport report(Readiness readiness) {
    return ReadinessReport.of(new Observed<>(readiness, Duration.ofSeconds(3), "1"));
  }
}
