package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.core.RunStatus;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people see of a run at 80 columns. */
class StatusReportTest {

  private static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("v42"));
  private static final String LEADER = "web-3/7/5f3a9c01";
  private static final List<CompletedStep> DONE =
      List.of(
          new CompletedStep("migrate", Duration.ofSeconds(42)),
          new CompletedStep("grant", Duration.ofMillis(180)));

  private static RunStatus status(Readiness record, long age, boolean silent) {
    return new RunStatus(
        RUN,
        Optional.of(new Observed<>(record, Duration.ofMillis(age), "1")),
        Optional.empty(),
        silent,
        Duration.ofSeconds(15),
        new RunStatus.HeldLock(
            LockName.infrastructure(RUN.namespace()), Optional.of(LEADER), Optional.empty()),
        new RunStatus.Nodes(List.of(), Optional.empty()),
        List.of());
  }

  private static Readiness running(String progress) {
    return new Readiness.Running(
        RUN, 17, LEADER, DONE, Optional.of("seed"), 2, Optional.of(progress));
  }

  private static Readiness failed(String cause) {
    return new Readiness.Failed(RUN, 17, LEADER, DONE, "seed", cause, Duration.ofSeconds(30));
  }

  @Test
  void aRunInWorkAndAFailedOneLookLikeThis() throws IOException {
    String seen =
        String.join(
            "\n\n",
            text(
                status(
                    running("COPY 100000 of 2000000 rows into the table of orders, 5 %"),
                    1200,
                    false)),
            text(status(running("COPY"), 61_000, true)),
            text(
                status(
                    failed(
                        "ERROR: relation \"orders\" does not exist (SQLSTATE 42P01); the migration before it was not applied"),
                    12_000,
                    false)),
            text(status(new Readiness.Ready(RUN, 17, LEADER, DONE), 7_200_000, false)),
            text(
                new RunStatus(
                    RUN,
                    Optional.empty(),
                    Optional.of("Redis at cache:6379 does not answer"),
                    false,
                    Duration.ofSeconds(15),
                    new RunStatus.HeldLock(
                        LockName.infrastructure(RUN.namespace()),
                        Optional.empty(),
                        Optional.of("Postgres at db:5432 does not answer")),
                    new RunStatus.Nodes(List.of(), Optional.empty()),
                    List.of())));

    assertThat(seen + "\n")
        .isEqualTo(Files.readString(Path.of("src/test/resources/io/autoinit/cli/status.txt")));
  }

  @Test
  void nothingIsWiderThan80ColumnsAndNoControlCharacterGetsThrough() {
    String nasty = "w".repeat(300) + " \u001b[31mred\r\n" + "x ".repeat(200);

    assertThat(StatusReport.of(status(running(nasty), 1, false)).lines())
        .hasSizeGreaterThan(10)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .noneSatisfy(line -> assertThat(line).contains("\u001b"));
  }

  @Test
  void whoNeverLedHasNoToken() {
    Readiness stopped = new Readiness.Stopped(RUN, 0, LEADER, List.of());

    assertThat(StatusReport.of(status(stopped, 1200, false)).lines())
        .contains("by         " + LEADER);
    assertThat(StatusReport.of(status(stopped, 1200, false)).fields())
        .containsEntry("token", Optional.empty());
  }

  @Test
  void aCandidateBesideAnotherHolderWaitsForTheLock() {
    Readiness another = new Readiness.Claimed(RUN, 0, "web-1/9/77aa1b2c", List.of());

    assertThat(StatusReport.of(status(another, 300, false)).lines())
        .contains("state      CLAIMED: a candidate waits until the lock is free");
    assertThat(
            StatusReport.of(status(new Readiness.Claimed(RUN, 0, LEADER, List.of()), 300, false))
                .lines())
        .contains("state      CLAIMED: a candidate is about to get the lock");
  }

  @Test
  void whoWatchesSeesTheTimeOfTheLastLook() {
    RunStatus status = status(running("COPY"), 1200, false);

    assertThat(StatusReport.seenAt("12:03:44", status).lines())
        .startsWith(StatusReport.of(status).lines().toArray(String[]::new))
        .endsWith("seen       at 12:03:44");
    assertThat(StatusReport.seenAt("12:03:44", status).saysTheSameAs(StatusReport.of(status)))
        .isTrue();
  }

  @Test
  void programsGetStableNames() {
    assertThat(StatusReport.of(status(failed("deadlock"), 12_000, false)).fields())
        .containsEntry("state", "failed")
        .containsEntry("retryIn", Optional.of(Duration.ofSeconds(18)))
        .containsKeys("age", "holder", "token", "completedSteps", "lock", "lockHolder", "silent");
  }

  private static String text(RunStatus status) {
    return String.join("\n", StatusReport.of(status).lines());
  }
}
