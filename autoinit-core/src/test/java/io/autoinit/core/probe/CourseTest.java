package io.autoinit.core.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.Namespace;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.RunId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the paths answer, event by event, on a clock that the test turns. */
class CourseTest {

  private static final Phase INFRA = Phase.INFRASTRUCTURE;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Duration now = Duration.ZERO;
  private final Course course =
      new Course(
          () -> now,
          Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC),
          Duration.ofSeconds(4),
          (phase, step) -> Optional.of(LIMIT),
          text -> text.replace("s3cret", "***"));

  @Test
  void aStepIsAliveUntilItsTimeoutAndNotBeyond() {
    begin();
    course.on(new InitEvent.StepStarted(INFRA, "migrate", 1));
    for (int second = 1; second <= 30; second++) {
      now = Duration.ofSeconds(second);
      course.on(new InitEvent.LeaseRenewed(INFRA, Duration.ZERO));
      assertThat(course.live().code()).as("after %d s", second).isEqualTo(200);
    }
    now = now.plusMillis(1);

    assertThat(course.live())
        .isEqualTo(Answer.plain(503, "step 'migrate' has overrun its timeout"));
    assertThat(course.status().body()).contains("\"alive\":false", "\"stalled\":\"step 'migrate'");
  }

  @Test
  void anotherAttemptIsAliveAgain() {
    begin();
    course.on(new InitEvent.StepStarted(INFRA, "migrate", 1));
    now = LIMIT.plusMillis(1);
    course.on(new InitEvent.LeaseRenewed(INFRA, Duration.ZERO));
    course.on(
        new InitEvent.StepFailed(
            INFRA, "migrate", 1, "too slow", Optional.of(Duration.ZERO), OnFailure.ABORT));
    assertThat(course.live().code()).isEqualTo(200);
    course.on(new InitEvent.StepStarted(INFRA, "migrate", 2));

    assertThat(course.live().code()).isEqualTo(200);
    assertThat(course.status().body()).contains("\"step\":\"migrate\",\"attempt\":2");
  }

  @Test
  void aLeaderWhoseHeartIsSilentIsNotAlive() {
    begin();
    now = Duration.ofMillis(4001);
    assertThat(course.live().code()).isEqualTo(503);

    course.on(new InitEvent.LeaseRenewed(INFRA, Duration.ZERO));
    assertThat(course.live().code()).isEqualTo(200);
    course.on(new InitEvent.LeaseReleased(INFRA, "shop"));
    course.on(new InitEvent.LeaseRenewed(INFRA, Duration.ZERO));
    now = now.plusDays(1);
    assertThat(course.live().code()).as("nothing to renew").isEqualTo(200);
  }

  @Test
  void aWaiterIsAliveAndSaysForWhomItWaits() {
    begin();
    course.on(new InitEvent.LeaseReleased(INFRA, "shop"));
    course.on(new InitEvent.Waiting(INFRA, "web-3 runs \"seed\" s3cret", Duration.ofSeconds(9)));
    now = Duration.ofDays(1);

    assertThat(course.live().code()).isEqualTo(200);
    assertThat(course.status().body())
        .isEqualTo(
            """
            {"namespace":"shop","runId":"v42","phase":"infrastructure","state":"waiting",\
            "since":"2026-01-01T12:00:00Z","waitingFor":"web-3 runs \\"seed\\" ***",\
            "alive":true,"ready":false}
            """);
  }

  @Test
  void readinessComesWithTheNodePhase() {
    assertThat(course.started().code()).isEqualTo(503);
    begin();
    assertThat(course.started().code()).isEqualTo(200);
    course.on(new InitEvent.PhaseCompleted(INFRA, 1, 0, 0, Duration.ofSeconds(3)));
    assertThat(course.ready().code()).isEqualTo(503);
    course.on(new InitEvent.PhaseSkipped(Phase.NODE, "marker", Duration.ofMillis(3)));

    assertThat(course.ready().code()).isEqualTo(200);
  }

  @Test
  void aFailedPhaseIsNeitherAliveNorReady() {
    begin();
    course.on(new InitEvent.PhaseFailed(INFRA, "step s3cret failed", Duration.ofSeconds(3)));

    assertThat(course.live().code()).isEqualTo(503);
    assertThat(course.ready().code()).isEqualTo(503);
    assertThat(course.status().body()).contains("\"failure\":\"step *** failed\"");
  }

  @Test
  void everySampleOfTheMetricsStandsBehindItsHelpAndItsType() {
    begin();
    course.on(new InitEvent.Waiting(INFRA, "x", Duration.ZERO));
    course.on(new InitEvent.BackendTroubled("a\"b\\c\nd", "x", "y"));
    course.on(new InitEvent.BackendComing("grid", "x", "y"));
    course.on(new InitEvent.LeaseRenewed(INFRA, Duration.ofMillis(3)));
    course.on(new InitEvent.StepStarted(INFRA, "seed", 1));
    course.on(new InitEvent.StepSucceeded(INFRA, "seed", Duration.ofMillis(1500)));
    course.on(new InitEvent.StepStarted(INFRA, "warm", 1));
    course.on(new InitEvent.LeaseLost(INFRA, "x"));

    String text = course.metrics().body();

    assertThat(text)
        .contains(
            "autoinit_info{namespace=\"shop\",run_id=\"v42\"} 1\n",
            "autoinit_alive 0\n",
            "autoinit_phase{phase=\"infrastructure\",state=\"waiting\"} 1\n",
            "autoinit_step_seconds{phase=\"infrastructure\",step=\"seed\"} 1.5\n",
            "autoinit_step_running_seconds{phase=\"infrastructure\",step=\"warm\"} 0\n",
            "autoinit_step_attempts_total{phase=\"infrastructure\",step=\"seed\"} 1\n",
            "autoinit_lease_renewals_total{phase=\"infrastructure\"} 1\n",
            "autoinit_leases_lost_total{phase=\"infrastructure\"} 1\n",
            "autoinit_waits_total{phase=\"infrastructure\"} 1\n",
            "autoinit_backend_troubles_total{backend=\"a\\\"b\\\\c\\nd\"} 1\n",
            "autoinit_backend_troubles_total{backend=\"grid\"} 1\n");
    String family = "";
    String before = "";
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("# HELP ")) {
        family = line.split(" ", 4)[2];
      } else if (line.startsWith("# TYPE ")) {
        assertThat(before).startsWith("# HELP " + family + " ");
        assertThat(line).matches("# TYPE " + family + " (gauge|counter)");
      } else if (!line.isEmpty()) {
        assertThat(line).matches(family + "(\\{[a-z_]+=\".*\"})? [0-9.E-]+");
      }
      before = line;
    }
    assertThat(text).endsWith("\n");
  }

  private void begin() {
    course.on(
        new InitEvent.PhaseStarted(
            INFRA, new Namespace("shop"), new RunId("v42"), List.of("migrate")));
    course.on(new InitEvent.LeaseAcquired(INFRA, "shop", 7, Duration.ZERO));
  }
}
