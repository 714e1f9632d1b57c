package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.core.Plan;
import io.autoinit.core.Plan.Decision;
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

/** What people see of a plan at 80 columns. */
class PlanReportTest {

  private static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("v42"));
  private static final String LEADER = "web-3/7/5f3a9c01";
  private static final List<CompletedStep> DONE =
      List.of(new CompletedStep("migrate", Duration.ofSeconds(42)));

  private static RunStatus status(Optional<Readiness> record, Optional<String> lockHolder) {
    return new RunStatus(
        RUN,
        record.map(r -> new Observed<>(r, Duration.ofSeconds(12), "1")),
        Optional.empty(),
        false,
        Duration.ofSeconds(4),
        new RunStatus.HeldLock(
            LockName.infrastructure(RUN.namespace()), lockHolder, Optional.empty()),
        new RunStatus.Nodes(List.of(), Optional.empty()),
        List.of());
  }

  private static Plan.Step step(
      Phase phase, String name, Decision decision, Optional<Duration> took, String reason) {
    return new Plan.Step(phase, name, decision, took, reason);
  }

  private static Plan plan(RunStatus status, List<String> forgotten, Plan.Step... steps) {
    return new Plan(status, new NodeId("web-1"), "file", List.of(steps), forgotten, List.of());
  }

  static Plan afterAFailure() {
    return plan(
        status(
            Optional.of(
                new Readiness.Failed(
                    RUN, 17, LEADER, DONE, "seed", "no table orders", Duration.ofSeconds(30))),
            Optional.empty()),
        List.of("grant"),
        step(
            Phase.INFRASTRUCTURE,
            "migrate",
            Decision.SKIP,
            Optional.of(Duration.ofSeconds(42)),
            "this run has completed it before"),
        step(
            Phase.INFRASTRUCTURE,
            "seed",
            Decision.RUN,
            Optional.empty(),
            "it failed on %s: Step 'seed' failed: ERROR: relation \"orders\" does not exist"
                .formatted(LEADER)),
        step(
            Phase.NODE,
            "static-files-of-all-the-shops-there-are",
            Decision.RUN,
            Optional.empty(),
            "this node has no marker of this run"));
  }

  @Test
  void aPlanLooksLikeThis() throws IOException {
    Plan led =
        plan(
            status(
                Optional.of(
                    new Readiness.Running(
                        RUN, 17, LEADER, DONE, Optional.of("seed"), 1, Optional.empty())),
                Optional.of(LEADER)),
            List.of(),
            step(
                Phase.INFRASTRUCTURE,
                "seed",
                Decision.WAIT,
                Optional.empty(),
                LEADER + " runs it now"));
    Plan foreign =
        plan(
            status(Optional.empty(), Optional.of(LEADER)),
            List.of(),
            step(
                Phase.INFRASTRUCTURE,
                "seed",
                Decision.RUN,
                Optional.empty(),
                "nothing is recorded of this run"));
    Plan ready =
        plan(
            status(Optional.of(new Readiness.Ready(RUN, 17, LEADER, DONE)), Optional.empty()),
            List.of(),
            step(
                Phase.INFRASTRUCTURE,
                "migrate",
                Decision.SKIP,
                Optional.of(Duration.ofSeconds(42)),
                "READY by " + LEADER));
    assertThat(
            String.join("\n\n", text(afterAFailure()), text(led), text(foreign), text(ready))
                + "\n")
        .isEqualTo(Files.readString(Path.of("src/test/resources/io/autoinit/cli/plan.txt")));
  }

  @Test
  void nothingIsWiderThan80ColumnsAndNoControlCharacterGetsThrough() {
    String nasty = "w".repeat(300) + " \u001b[31mred\r\n" + "x ".repeat(200);
    List<String> lines =
        PlanReport.of(
                plan(
                    status(Optional.empty(), Optional.of("h".repeat(200))),
                    List.of("f".repeat(100)),
                    step(Phase.NODE, "n".repeat(128), Decision.RUN, Optional.empty(), nasty)))
            .lines();

    assertThat(lines)
        .hasSizeGreaterThan(10)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .noneSatisfy(line -> assertThat(line).contains("\u001b"));
  }

  private static String text(Plan plan) {
    return String.join("\n", PlanReport.of(plan).lines());
  }
}
