package io.autoinit.core.protocol;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waiters past their timeout, behind a leader that gets on or does not, on virtual time. */
class WaitWhileProgressingTest {

  private static final Duration TIMEOUT = ofSeconds(60);

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  /** Works for a time and says how far it is, or says nothing. */
  private static InitStep step(Fleet fleet, String name, Duration work, Duration tellsEvery) {
    StepPolicy policy = StepPolicy.of(Phase.INFRASTRUCTURE).withTimeout(ofMinutes(60));
    return fleet.step(
        Phase.INFRASTRUCTURE,
        name,
        policy,
        (member, context) -> {
          Timeline time = fleet.timeline.node(member);
          Duration told = ZERO;
          for (Duration at = ZERO; at.compareTo(work) < 0; at = at.plusMillis(500)) {
            time.sleep(ofMillis(500));
            context.requireHeld();
            if (!tellsEvery.isZero() && at.minus(told).compareTo(tellsEvery) >= 0) {
              told = at;
              context.progress(at.toSeconds() + " rows");
            }
          }
        });
  }

  private static Fleet run(Fleet fleet, InitStep... steps) {
    fleet.infrastructure("leader", "r1", ZERO, TIMEOUT, steps);
    fleet.infrastructure("waiter", "r1", ofSeconds(2), TIMEOUT, steps);
    fleet.node("of-node", "n1", "r1", ofSeconds(2), TIMEOUT, false);
    fleet.timeline.run();
    assertThat(fleet.end("leader").thrown()).isNull();
    return fleet;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaderThatTellsHowFarItIsIsWaitedFor(int seed) {
    Fleet fleet = new Fleet(seed).waitingWhileProgressing();

    run(fleet, step(fleet, "migrate", ofMinutes(10), ofSeconds(20)));

    assertThat(fleet.end("waiter").thrown()).isNull();
    assertThat(fleet.end("of-node").thrown()).isNull();
    assertThat(promisesABound(fleet)).as("what left() says is no bound").containsOnly(false);
  }

  private static List<Boolean> promisesABound(Fleet fleet) {
    return fleet.eventsOf.getOrDefault("waiter", List.of()).stream()
        .filter(InitEvent.Waiting.class::isInstance)
        .map(event -> !((InitEvent.Waiting) event).whileProgressing())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void completedStepsAreProgressToo(int seed) {
    Fleet fleet = new Fleet(seed).waitingWhileProgressing();

    run(
        fleet,
        step(fleet, "one", ofSeconds(50), ZERO),
        step(fleet, "two", ofSeconds(50), ZERO),
        step(fleet, "three", ofSeconds(50), ZERO));

    assertThat(fleet.end("waiter").thrown()).isNull();
    assertThat(fleet.end("of-node").thrown()).isNull();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaderThatOnlyBeatsIsNotWaitedFor(int seed) {
    Fleet fleet = new Fleet(seed).waitingWhileProgressing();

    run(fleet, step(fleet, "migrate", ofMinutes(10), ZERO));

    assertThat(fleet.end("waiter").thrown()).isInstanceOf(StartTimeoutException.class);
    assertThat(fleet.end("of-node").thrown()).isInstanceOf(StartTimeoutException.class);
    assertThat(fleet.end("waiter").at()).isBetween(ofSeconds(62), ofSeconds(125));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoDoesNotAskForItWaitsForItsTimeoutAlone(int seed) {
    Fleet fleet = new Fleet(seed);

    run(fleet, step(fleet, "migrate", ofMinutes(10), ofSeconds(20)));

    assertThat(fleet.end("waiter").thrown())
        .isInstanceOf(StartTimeoutException.class)
        .hasMessageMatching(
            ".* leads and runs step 'migrate'; its last heartbeat was (\\d+ ms|1 s) ago: while it beats,"
                + " a longer autoinit.timeout waits for it");
    assertThat(fleet.end("waiter").at()).isBetween(ofSeconds(62), ofSeconds(63));
    assertThat(promisesABound(fleet)).containsOnly(true);
  }

  /** Its record is as fresh as that of one that works: only its age can be told. */
  @ParameterizedTest
  @MethodSource("seeds")
  void ofALeaderThatEndedJustNowItIsToldWhenItWasHeardOf(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep step = step(fleet, "migrate", ofMinutes(10), ofSeconds(20));

    fleet.infrastructure("leader", "r1", ZERO, TIMEOUT, step);
    fleet.infrastructure("waiter", "r1", ofSeconds(2), TIMEOUT, step);
    fleet.timeline.at(ofSeconds(60), () -> fleet.timeline.kill("leader"));
    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown())
        .isInstanceOf(StartTimeoutException.class)
        .hasMessageMatching(".*; its last heartbeat was [23](\\.\\d)? s ago: .*");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatAStepTellsReachesWhoWaitsAndIsToldOnce(int seed) {
    Fleet fleet = new Fleet(seed).waitingWhileProgressing();

    run(fleet, step(fleet, "migrate", ofMinutes(3), ofSeconds(20)));

    for (String member : List.of("waiter", "of-node")) {
      assertThat(fleet.eventsOf.get(member))
          .filteredOn(InitEvent.LeaderProgress.class::isInstance)
          .hasSizeBetween(2, 8)
          .doesNotHaveDuplicates()
          .allSatisfy(
              event ->
                  assertThat(event.toString())
                      .contains("leader=leader, step=migrate, attempt=1", " rows"));
    }
    assertThat(fleet.eventsOf.get("leader")).noneMatch(InitEvent.LeaderProgress.class::isInstance);
  }
}
