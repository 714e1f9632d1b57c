package io.autoinit.core.protocol;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitStep;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.StepPolicy;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The node phase of whole fleets, on virtual time. */
class NodePhaseTest {

  private static final Duration PATIENT = Duration.ofMinutes(5);

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  private static Optional<Marker> marker(Fleet fleet, String node, String run) {
    return fleet
        .open(fleet.lockStore, "observer")
        .markers()
        .orElseThrow()
        .find(new MarkerKey(Namespace.DEFAULT, new NodeId(node), new RunId(run)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noNodeStepBeginsBeforeReadyAndEachNodeWorksOnce(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep migrate = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(2));
    InitStep files = fleet.step(Phase.NODE, "files", ofSeconds(1));
    fleet.infrastructure("leader", "r1", ofSeconds(1), PATIENT, migrate);
    for (int i = 0; i < 3; i++) {
      fleet.node("alone-" + i, "node-" + i, "r1", ZERO, PATIENT, false, files);
      fleet.node("sharing-" + i, "volume", "r1", ZERO, PATIENT, false, files);
    }

    fleet.timeline.run();

    assertThat(fleet.ends.values()).hasSize(7).allSatisfy(end -> assertThat(end.thrown()).isNull());
    Duration ready = fleet.end("leader").at();
    assertThat(fleet.history.stream().filter(w -> w.step().equals("files")))
        .allSatisfy(work -> assertThat(work.at()).isGreaterThanOrEqualTo(ready.minusMillis(100)));
    assertThat(fleet.count("files", "began")).isEqualTo(4);
    assertThat(IntStream.range(0, 3).map(i -> fleet.end("sharing-" + i).done().ran()).sum())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMemberKilledInItsNodeStepLeavesNoMarkerAndAnotherWorksAgain(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.infrastructure("leader", "r1", ZERO, PATIENT);
    InitStep files = fleet.step(Phase.NODE, "files", ofSeconds(3));
    fleet.node("a", "volume", "r1", ofSeconds(1), PATIENT, false, files);
    fleet.node("b", "volume", "r1", ofSeconds(2), PATIENT, false, files);
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          assertThat(marker(fleet, "volume", "r1")).isEmpty();
          fleet.timeline.kill("a");
          fleet.open(fleet.lockStore, "a").abandon();
        });

    fleet.timeline.run();

    assertThat(fleet.count("files", "done")).isEqualTo(1);
    assertThat(fleet.end("b").done().ran()).isEqualTo(1);
    assertThat(marker(fleet, "volume", "r1")).isPresent();
  }

  @Test
  void aStepThatFailedAndWasPassedOverIsTriedAgainAtTheNextStartAndTheOthersAreNot() {
    Fleet fleet = new Fleet(1);
    AtomicBoolean broken = new AtomicBoolean(true);
    InitStep files = fleet.step(Phase.NODE, "files", ofMillis(200));
    InitStep cache =
        fleet.step(
            Phase.NODE,
            "cache",
            StepPolicy.of(Phase.NODE),
            (member, context) -> {
              fleet.log(member, "cache", "began");
              if (broken.get()) {
                throw new IllegalStateException("no cache today");
              }
            });
    fleet.infrastructure("leader", "r1", ZERO, PATIENT);
    fleet.node("first", "n", "r1", ofSeconds(1), PATIENT, false, files, cache);
    fleet.timeline.at(ofSeconds(5), () -> broken.set(false));
    fleet.node("second", "n", "r1", ofSeconds(6), PATIENT, false, files, cache);
    fleet.node("third", "n", "r1", ofSeconds(9), PATIENT, false, files, cache);

    fleet.timeline.run();

    assertThat(fleet.end("first").done()).isEqualTo(new PhaseResult(2, 0, 1));
    assertThat(fleet.end("second").done()).isEqualTo(new PhaseResult(1, 1, 0));
    assertThat(fleet.end("third").done()).isEqualTo(new PhaseResult(0, 2, 0));
    assertThat(fleet.count("files", "began")).isEqualTo(1);
    assertThat(fleet.count("cache", "began")).isEqualTo(2);
  }

  @Test
  void membersThatWaitForOneThatFailsAStepDoNotEachRepeatIt() {
    Fleet fleet = new Fleet(1);
    InitStep broken =
        fleet.step(
            Phase.NODE,
            "cache",
            StepPolicy.of(Phase.NODE),
            (member, context) -> {
              fleet.tick(member, "cache", context, ofSeconds(1));
              throw new IllegalStateException("no cache today");
            });
    fleet.infrastructure("leader", "r1", ZERO, PATIENT);
    for (int i = 0; i < 3; i++) {
      fleet.node("web-" + i, "volume", "r1", ofSeconds(1), PATIENT, false, broken);
    }

    fleet.timeline.run();

    assertThat(fleet.count("cache", "began")).isEqualTo(1);
    assertThat(fleet.ends.values()).hasSize(4).allSatisfy(end -> assertThat(end.thrown()).isNull());
  }

  @Test
  void aStepThatAbortsLeavesNoMarker() {
    Fleet fleet = new Fleet(1);
    InitStep broken =
        fleet.step(
            Phase.NODE,
            "files",
            StepPolicy.of(Phase.NODE),
            (member, context) -> {
              throw new IllegalStateException("disk full");
            });
    fleet.infrastructure("leader", "r1", ZERO, PATIENT);
    fleet.node("web", "n", "r1", ofSeconds(1), PATIENT, true, broken);

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown())
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("disk full");
    assertThat(marker(fleet, "n", "r1")).isEmpty();
  }

  @Test
  void whoNeverSeesReadyTimesOutAndSaysForWhomItWaited() {
    Fleet fleet = new Fleet(1);
    fleet.node("web", "n", "r1", ZERO, ofSeconds(10), false);

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown())
        .isInstanceOf(StartTimeoutException.class)
        .hasMessageContaining("was not READY within 10 s: nobody leads this run yet");
    assertThat(fleet.end("web").at()).isBetween(ofSeconds(10), ofSeconds(11));
  }

  @Test
  void anotherRunOfTheSameNodeHasItsOwnMarker() {
    Fleet fleet = new Fleet(1);
    InitStep files = fleet.step(Phase.NODE, "files", ofMillis(100));
    fleet.infrastructure("leader-1", "r1", ZERO, PATIENT);
    fleet.infrastructure("leader-2", "r2", ZERO, PATIENT);
    fleet.node("one", "n", "r1", ofSeconds(1), PATIENT, false, files);
    fleet.node("two", "n", "r2", ofSeconds(2), PATIENT, false, files);

    fleet.timeline.run();

    assertThat(fleet.count("files", "done")).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMemberThatOnlyWaitsFindsReadyInTheLedgerWhenTheSignalHasLostIt(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.infrastructure("leader", "r1", ZERO, PATIENT);
    InitStep files = fleet.step(Phase.NODE, "files", ofSeconds(1));
    fleet.timeline.at(ofSeconds(5), fleet.signalStore::flush);
    fleet.node("late", "node", "r1", ofSeconds(10), PATIENT, false, files);

    fleet.timeline.run();

    assertThat(fleet.end("late").done().ran()).isEqualTo(1);
    assertThat(fleet.end("late").at()).isLessThan(ofSeconds(15));
  }
}
