package io.autoinit.core.protocol;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.InterruptedStartException;
import io.autoinit.LeaseLostException;
import io.autoinit.Namespace;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepContext;
import io.autoinit.StepFailedException;
import io.autoinit.StepPolicy;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.InMemoryBackend;
import io.autoinit.tck.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The infrastructure phase of whole fleets, on virtual time. */
class InfrastructurePhaseTest {

  private static final Duration PATIENT = Duration.ofMinutes(5);
  private static final String TAKEN_BY_HAND =
      "'locks' no longer holds the lease on default/infrastructure: it was taken away by hand"
          + " \\(autoinit unlock\\), or the store dropped it, and (nobody|web-\\d) holds the lock now;"
          + " this member stops its work, and another one may go on";
  private static final LockName LOCK = LockName.infrastructure(Namespace.DEFAULT);

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  private static InitStep migrate(Fleet fleet) {
    return fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(1));
  }

  private static InitStep seed(Fleet fleet) {
    return fleet.step(Phase.INFRASTRUCTURE, "seed", ofSeconds(3));
  }

  private static void start(Fleet fleet, int members, InitStep... steps) {
    for (int i = 0; i < members; i++) {
      fleet.infrastructure("web-" + i, "r1", ZERO, PATIENT, steps);
    }
  }

  static void assertThatNothingOverlaps(Fleet fleet) {
    String working = null;
    String step = null;
    for (Fleet.Work work : fleet.history) {
      if (work.what().equals("began")) {
        working = work.member();
        step = work.step();
      } else {
        assertThat(work.member()).as("who works at " + work).isEqualTo(working);
        assertThat(work.step()).as("what is done at " + work).isEqualTo(step);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyStepRunsOnceForTenMembersThatStartAtOnce(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 10, migrate(fleet), seed(fleet));

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "done")).isEqualTo(1);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    assertThat(fleet.ends).hasSize(10);
    assertThat(fleet.ends.values()).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThat(fleet.ends.values().stream().mapToInt(e -> e.done().ran()).sum()).isEqualTo(2);
    assertThatNothingOverlaps(fleet);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aKilledLeaderIsSucceededAndItsCompletedStepsAreNotRepeated(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 5, migrate(fleet), seed(fleet));
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          String leader = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.kill(leader);
          fleet.open(fleet.lockStore, leader).abandon();
          fleet.open(fleet.signalStore, leader).abandon();
        });

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "done")).isEqualTo(1);
    assertThat(fleet.count("seed", "began")).isEqualTo(2);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    assertThat(fleet.ends).hasSize(4);
    assertThat(fleet.ends.values()).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThat(fleet.events).hasAtLeastOneElementOfType(InitEvent.TakenOver.class);
    assertThatNothingOverlaps(fleet);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aSuccessorSaysWhomItSucceedsAlsoWhereItsClaimTookThePlaceOfTheRecord(int seed) {
    Fleet fleet = new Fleet(seed).withoutLedger();
    start(fleet, 5, migrate(fleet), seed(fleet));
    List<String> killed = new ArrayList<>();
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          String leader = fleet.history.get(fleet.history.size() - 1).member();
          killed.add(leader);
          fleet.timeline.kill(leader);
          fleet.open(fleet.lockStore, leader).abandon();
          fleet.open(fleet.signalStore, leader).abandon();
        });

    fleet.timeline.run();

    assertThat(fleet.events)
        .filteredOn(InitEvent.TakenOver.class::isInstance)
        .singleElement()
        .satisfies(
            event -> {
              var taken = (InitEvent.TakenOver) event;
              assertThat(taken.from()).startsWith(killed.get(0));
              assertThat(taken.completed()).containsExactly("migrate");
            });
    assertThat(fleet.events).filteredOn(InitEvent.NothingRecorded.class::isInstance).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFailureReachesEveryWaiterAtOnceWithTheLeadersMessage(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep broken =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "migrate",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.tick(member, "migrate", context, ofSeconds(2));
              throw new IllegalStateException("column already exists");
            });
    start(fleet, 8, broken);

    fleet.timeline.run();

    Duration failed = fleet.history.get(fleet.history.size() - 1).at();
    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends.values())
        .hasSize(8)
        .allSatisfy(
            end -> {
              assertThat(end.thrown())
                  .isInstanceOf(StepFailedException.class)
                  .hasMessageContaining("column already exists");
              assertThat(end.at()).isLessThan(failed.plus(ofSeconds(1)));
            });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoComesAfterAFailureWaitsUntilItsRetryIsDueAndOnlyOneTries(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep broken =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "migrate",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.log(member, "migrate", "began");
              throw new IllegalStateException("broken");
            });
    fleet.infrastructure("first", "r1", ZERO, PATIENT, broken);
    for (int i = 0; i < 5; i++) {
      fleet.infrastructure("later-" + i, "r1", ofSeconds(2), PATIENT, broken);
    }

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(2);
    Duration first = fleet.history.get(0).at();
    Duration second = fleet.history.get(1).at();
    assertThat(second.minus(first))
        .isBetween(Fleet.PACE.retryDelay(), Fleet.PACE.retryDelay().plusSeconds(3));
    assertThat(fleet.ends).hasSize(6);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLostSignalIsRepairedFromTheLedgerAndNothingRunsAgain(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep migrate = migrate(fleet);
    start(fleet, 3, migrate);
    fleet.timeline.at(ofSeconds(10), fleet.signalStore::flush);
    for (int i = 0; i < 5; i++) {
      fleet.infrastructure("new-" + i, "r1", ofSeconds(20), PATIENT, migrate);
    }

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends).hasSize(8);
    assertThat(fleet.ends.values()).allSatisfy(end -> assertThat(end.thrown()).isNull());
    for (int i = 0; i < 5; i++) {
      assertThat(fleet.end("new-" + i).at()).isLessThan(ofSeconds(25));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void withoutTheSignalTheFleetStartsOnTheLedger(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.signalStore.stop();
    start(fleet, 6, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends.values()).hasSize(6).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThat(fleet.events).hasAtLeastOneElementOfType(InitEvent.BackendTroubled.class);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aSignalThatDiesAndComesBackDuringTheWaitChangesNothing(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 6, migrate(fleet), fleet.step(Phase.INFRASTRUCTURE, "seed", ofSeconds(20)));
    fleet.timeline.at(ofSeconds(3), fleet.signalStore::stop);
    fleet.timeline.at(ofSeconds(6), fleet.signalStore::flush);
    fleet.timeline.at(ofSeconds(12), fleet.signalStore::start);

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.count("seed", "began")).isEqualTo(1);
    assertThat(fleet.ends.values()).hasSize(6).allSatisfy(end -> assertThat(end.thrown()).isNull());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLockStoreThatStartsLateIsWaitedFor(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.lockStore.stop();
    fleet.timeline.at(ofSeconds(20), fleet.lockStore::start);
    start(fleet, 6, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends.values())
        .hasSize(6)
        .allSatisfy(
            end -> {
              assertThat(end.thrown()).isNull();
              assertThat(end.at()).isBetween(ofSeconds(21), ofSeconds(28));
            });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLockStoreThatNeverComesIsAnErrorAtTheDeadline(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.lockStore.stop();
    for (int i = 0; i < 3; i++) {
      fleet.infrastructure("web-" + i, "r1", ZERO, ofSeconds(30), migrate(fleet));
    }

    fleet.timeline.run();

    assertThat(fleet.ends.values())
        .hasSize(3)
        .allSatisfy(
            end -> {
              assertThat(end.thrown())
                  .isInstanceOfAny(BackendUnavailableException.class, StartTimeoutException.class);
              assertThat(end.at()).isBetween(ofSeconds(30), ofSeconds(33));
            });
    assertThat(fleet.ends.values())
        .anySatisfy(
            end -> assertThat(end.thrown()).isInstanceOf(BackendUnavailableException.class));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaderWhoseLockIsRevokedStopsBeforeItsSuccessorStarts(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 5, migrate(fleet), seed(fleet));
    fleet.timeline.at(ofSeconds(3), () -> fleet.lockStore.revoke(LOCK));

    fleet.timeline.run();

    assertThatNothingOverlaps(fleet);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    assertThat(fleet.ends.values().stream().filter(e -> e.thrown() != null))
        .hasSize(1)
        .allSatisfy(
            end ->
                assertThat(end.thrown())
                    .isInstanceOf(LeaseLostException.class)
                    .hasMessageContaining("taken away by hand (autoinit unlock)"));
    assertThat(losses(fleet)).hasSize(1).first().asString().matches(TAKEN_BY_HAND);
  }

  private static List<String> losses(Fleet fleet) {
    return fleet.events.stream()
        .filter(InitEvent.LeaseLost.class::isInstance)
        .map(event -> ((InitEvent.LeaseLost) event).reason())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaderWhoseLockStoreGoesAwaySaysWhichAndWithWhatError(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 2, migrate(fleet), seed(fleet));
    fleet.timeline.at(ofSeconds(3), () -> fleet.lockStore.stop());
    fleet.timeline.at(ofSeconds(20), () -> fleet.lockStore.start());

    fleet.timeline.run();

    assertThat(losses(fleet))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("the lease on default/infrastructure could not be renewed within 2.6 s: ")
        .contains(": The in-memory store does not answer to 'web-")
        .endsWith("; this member stops its work, and another one may go on");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aPausedLeaderThatWakesUpIsFencedOff(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 4, migrate(fleet), seed(fleet));
    String[] zombie = new String[1];
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          zombie[0] = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.pause(zombie[0], ofSeconds(60));
        });

    fleet.timeline.run();

    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    assertThat(fleet.end(zombie[0]).thrown()).isInstanceOf(LeaseLostException.class);
    assertThat(
            fleet.history.stream()
                .filter(w -> w.member().equals(zombie[0]))
                .filter(w -> w.at().compareTo(ofSeconds(4)) > 0))
        .as("work of the leader that was paused")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aTerminatedLeaderHandsOverAtOnce(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 4, migrate(fleet), seed(fleet));
    String[] leader = new String[1];
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          leader[0] = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.terminate(leader[0]);
        });

    fleet.timeline.run();

    assertThat(fleet.end(leader[0]).thrown())
        .isInstanceOfAny(InterruptedException.class, InterruptedStartException.class);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    Duration again =
        fleet.history.stream()
            .filter(w -> w.what().equals("began") && w.step().equals("seed"))
            .filter(w -> !w.member().equals(leader[0]))
            .findFirst()
            .orElseThrow()
            .at();
    assertThat(again).isLessThan(ofMillis(4500));
    assertThatNothingOverlaps(fleet);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void lostHintsCostTimeButNothingElse(int seed) {
    Fleet fleet = new Fleet(seed);
    fleet.signalStore.dropHints();
    start(fleet, 6, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends.values())
        .hasSize(6)
        .allSatisfy(
            end -> {
              assertThat(end.thrown()).isNull();
              assertThat(end.at()).isLessThan(ofSeconds(10));
            });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void twoRunsOfOneNamespaceNeverWorkTogether(int seed) {
    Fleet fleet = new Fleet(seed);
    for (int i = 0; i < 3; i++) {
      fleet.infrastructure("old-" + i, "r1", ZERO, PATIENT, migrate(fleet));
      fleet.infrastructure("new-" + i, "r2", ZERO, PATIENT, migrate(fleet));
    }

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "done")).isEqualTo(2);
    assertThat(fleet.ends.values()).hasSize(6).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThatNothingOverlaps(fleet);
  }

  /** Who waits asks the signal alone, and does not see what the candidate waits for. */
  @Test
  void whoWaitsInVainForACandidateHearsWhereTheLockIs() {
    Fleet fleet = new Fleet(1);
    fleet.lockStore.stop();
    fleet.infrastructure("candidate", "r1", ZERO, ofSeconds(30), migrate(fleet));
    fleet.infrastructure("waiter", "r1", ofSeconds(1), ofSeconds(5), migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown())
        .isInstanceOf(StartTimeoutException.class)
        .hasMessageEndingWith(
            "candidate is about to lead, once 'locks' gives it the lock: 'autoinit status' tells whether that store answers");
  }

  @Test
  void whoWaitedForALeaderDoesNotSayThatNobodyLeadsWhenItsRecordIsCleared() {
    Fleet fleet = new Fleet(1);
    fleet.infrastructure(
        "leader", "r1", ZERO, PATIENT, fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(9)));
    fleet.node("waiter", "n1", "r1", ofSeconds(1), PATIENT, false);
    fleet.timeline.at(ofSeconds(3), () -> clear(fleet, "r1"));

    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown()).isNull();
    assertThat(fleet.eventsOf.get("waiter"))
        .filteredOn(InitEvent.Waiting.class::isInstance)
        .extracting(event -> ((InitEvent.Waiting) event).reason())
        .anyMatch(reason -> reason.startsWith("its record was cleared"))
        .noneMatch(reason -> reason.contains("nobody leads"));
  }

  /** A record that was cleared leaves no trace: nobody says that the run never was. */
  @Test
  void whoFindsNothingRecordedDoesNotSayThatNobodyHasRunIt() {
    Fleet fleet = new Fleet(1);
    InitStep longStep = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(9));
    fleet.infrastructure("leader", "r1", ZERO, PATIENT, longStep);
    fleet.infrastructure("waiter", "r1", ofSeconds(1), PATIENT, longStep);
    fleet.timeline.at(
        ofSeconds(3),
        () -> {
          fleet.timeline.kill("leader");
          clear(fleet, "r1");
        });
    fleet.timeline.at(ofSeconds(30), () -> clear(fleet, "r1"));
    fleet.infrastructure("again", "r1", ofSeconds(31), PATIENT, longStep);

    fleet.timeline.run();

    assertThat(whyClaimed(fleet, "leader")).containsExactly("nobody leads this run");
    assertThat(whyClaimed(fleet, "waiter"))
        .containsExactly("the record of this run was cleared, or the store lost it");
    assertThat(whyClaimed(fleet, "again")).containsExactly("nobody leads this run");
  }

  /** A claim lies in the signal; that the ledger has none is no news. */
  @Test
  void aClaimThatIsOutOfSightIsNotSaidToBeCleared() {
    Fleet fleet = new Fleet(1).grantingFor(ofSeconds(2));
    InitStep step = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(1));
    fleet.infrastructure("leader", "r1", ZERO, PATIENT, step);
    fleet.infrastructure("waiter", "r1", Duration.ofMillis(500), PATIENT, step);
    fleet.timeline.at(
        Duration.ofMillis(1500),
        () -> {
          fleet.timeline.kill("leader");
          fleet.signalStore.stop();
        });

    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown()).isNull();
    assertThat(whyClaimed(fleet, "waiter")).containsExactly("nobody leads this run");
  }

  private static void clear(Fleet fleet, String runId) {
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId(runId));
    for (InMemoryStore store : List.of(fleet.lockStore, fleet.signalStore)) {
      fleet.open(store, "hand").readiness().orElseThrow().clear(run);
    }
  }

  private static List<String> whyClaimed(Fleet fleet, String member) {
    return fleet.eventsOf.getOrDefault(member, List.of()).stream()
        .filter(InitEvent.Claimed.class::isInstance)
        .map(event -> ((InitEvent.Claimed) event).reason())
        .toList();
  }

  @Test
  void aTimeoutOfZeroTriesOnce() {
    Fleet fleet = new Fleet(1);
    fleet.infrastructure("alone", "r1", ZERO, ZERO, migrate(fleet));
    fleet.infrastructure("second", "r1", ofMillis(500), ZERO, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.end("alone").done().ran()).isEqualTo(1);
    assertThat(fleet.end("second").thrown())
        .isInstanceOf(StartTimeoutException.class)
        .hasMessageContaining("alone leads");
    assertThat(fleet.end("second").at()).isLessThan(ofMillis(600));
  }

  @Test
  void aStepIsTriedAsOftenAsItsPolicySaysWithPausesThatDouble() {
    Fleet fleet = new Fleet(1);
    InitStep flaky =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "flaky",
            StepPolicy.of(Phase.INFRASTRUCTURE).withAttempts(3, ofSeconds(2)),
            (member, context) -> {
              fleet.log(member, "flaky", "began");
              if (context.attempt() < 3) {
                throw new IllegalStateException("not yet");
              }
            });
    fleet.infrastructure("web", "r1", ZERO, PATIENT, flaky);

    fleet.timeline.run();

    assertThat(fleet.end("web").done().ran()).isEqualTo(1);
    List<Duration> at = fleet.history.stream().map(Fleet.Work::at).toList();
    assertThat(at).hasSize(3);
    assertThat(at.get(1).minus(at.get(0))).isEqualTo(ofSeconds(2));
    assertThat(at.get(2).minus(at.get(1))).isEqualTo(ofSeconds(4));
  }

  @Test
  void aStepThatOverrunsIsInterruptedAndFails() {
    Fleet fleet = new Fleet(1);
    InitStep slow =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "slow",
            StepPolicy.of(Phase.INFRASTRUCTURE).withTimeout(ofSeconds(5)),
            (member, context) -> fleet.tick(member, "slow", context, ofSeconds(60)));
    fleet.infrastructure("web", "r1", ZERO, PATIENT, slow);

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown())
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("ran longer than 5 s");
    assertThat(fleet.end("web").at()).isBetween(ofSeconds(5), ofSeconds(7));
  }

  @Test
  void aStepThatMayFailLetsThePhaseGoOn() {
    Fleet fleet = new Fleet(1);
    InitStep optional =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "optional",
            StepPolicy.of(Phase.INFRASTRUCTURE).withOnFailure(OnFailure.CONTINUE),
            (member, context) -> {
              throw new IllegalStateException("no matter");
            });
    fleet.infrastructure("web", "r1", ZERO, PATIENT, optional, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.end("web").done()).isEqualTo(new PhaseResult(1, 0, 1));
  }

  /** A step that works on whatever interrupts it, and says so. */
  private static InitStep stubborn(Fleet fleet, StepPolicy policy, Duration work) {
    return fleet.step(
        Phase.INFRASTRUCTURE,
        "stubborn",
        policy,
        (member, context) -> {
          fleet.log(member, "stubborn", "began");
          Timeline time = fleet.timeline.node(member);
          Duration end = time.now().plus(work);
          while (time.now().compareTo(end) < 0) {
            try {
              time.sleep(ofMillis(100));
            } catch (InterruptedException e) {
              fleet.log(member, "stubborn", "was interrupted");
            }
            context.progress("still at it");
            fleet.log(member, "stubborn", "worked");
          }
          fleet.log(member, "stubborn", "done");
        });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aStepThatIgnoresItsTimeoutEndsTheProcessAfterTheFleetWasTold(int seed) {
    Fleet fleet = new Fleet(seed).halting();
    InitStep stubborn =
        stubborn(
            fleet,
            StepPolicy.of(Phase.INFRASTRUCTURE).withTimeout(ofSeconds(3)),
            Duration.ofMinutes(1));
    start(fleet, 4, stubborn);

    fleet.timeline.run();

    assertThat(fleet.halted).hasSize(1).containsValue(70);
    assertThat(fleet.count("stubborn", "began")).isEqualTo(1);
    assertThat(fleet.ends.values())
        .hasSize(3)
        .allSatisfy(
            end -> {
              assertThat(end.thrown())
                  .isInstanceOf(StepFailedException.class)
                  .hasMessageContaining("ran longer than 3 s");
              assertThat(end.at()).isLessThan(ofSeconds(6));
            });
    assertThat(fleet.events).hasAtLeastOneElementOfType(InitEvent.StepStuck.class);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anInterruptedStartKeepsItsLeaseUntilAStubbornStepHasEnded(int seed) {
    Fleet fleet = new Fleet(seed);
    start(fleet, 3, stubborn(fleet, StepPolicy.of(Phase.INFRASTRUCTURE), ofSeconds(15)));
    String[] leader = new String[1];
    fleet.timeline.at(
        ofSeconds(2),
        () -> {
          leader[0] = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.terminate(leader[0]);
        });

    fleet.timeline.run();

    assertThatNothingOverlaps(fleet);
    assertThat(fleet.count("stubborn", "was interrupted")).isPositive();
    assertThat(fleet.end(leader[0]).thrown()).isInstanceOf(InterruptedException.class);
    assertThat(fleet.end(leader[0]).at()).isGreaterThan(ofSeconds(15));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aTerminatedProcessWithAStubbornStepIsHalted(int seed) {
    Fleet fleet = new Fleet(seed).halting();
    start(fleet, 3, stubborn(fleet, StepPolicy.of(Phase.INFRASTRUCTURE), ofSeconds(15)));
    fleet.timeline.at(
        ofSeconds(2),
        () -> fleet.timeline.terminate(fleet.history.get(fleet.history.size() - 1).member()));

    fleet.timeline.run();

    assertThat(fleet.halted).hasSize(1).containsValue(143);
    assertThat(fleet.count("stubborn", "done")).isEqualTo(1);
    assertThatNothingOverlaps(fleet);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaderThatWasPausedForLongerThanItsValidityHasLostItsLeaseForGood(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep lenient =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "seed",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.log(member, "seed", "began");
              try {
                for (int i = 0; i < 100; i++) {
                  fleet.timeline.node(member).sleep(ofMillis(100));
                  fleet.log(member, "seed", "worked");
                }
                fleet.log(member, "seed", "done");
              } catch (InterruptedException e) {
                fleet.log(member, "seed", "gave up");
              }
            });
    start(fleet, 3, lenient);
    String[] paused = new String[1];
    fleet.timeline.at(
        ofSeconds(2),
        () -> {
          paused[0] = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.pause(paused[0], ofSeconds(5));
        });

    fleet.timeline.run();

    assertThat(fleet.end(paused[0]).thrown()).isInstanceOf(LeaseLostException.class);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
    assertThat(fleet.ends.values().stream().filter(e -> e.thrown() == null)).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatAStepTellsLateTakesNothingBackThatWasAnnouncedSince(int seed) {
    Fleet fleet = new Fleet(seed);
    StepContext[] late = new StepContext[1];
    InitStep first =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "first",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.log(member, "first", "began");
              late[0] = context;
            });
    InitStep second =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "second",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.log(member, "second", "began");
              for (int i = 0; i < 30; i++) {
                late[0].progress("late");
                fleet.timeline.node(member).sleep(ofMillis(100));
              }
            });
    start(fleet, 3, first, second);
    fleet.timeline.at(
        ofSeconds(2),
        () -> {
          String leader = fleet.history.get(fleet.history.size() - 1).member();
          fleet.timeline.kill(leader);
          fleet.open(fleet.lockStore, leader).abandon();
        });

    fleet.timeline.run();

    assertThat(fleet.count("first", "began")).isEqualTo(1);
    assertThat(fleet.count("second", "began")).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoHearsNothingKeepsToItsTurns(int seed) {
    Fleet fleet = new Fleet(seed).polledEvery(ofSeconds(7));
    InitStep work = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(61));
    fleet.infrastructure("leader", "r1", ZERO, ofSeconds(90), work);
    fleet.infrastructure("waiter", "r1", ofSeconds(2), ofSeconds(90), work);

    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown()).isNull();
    // Records go stale after four seconds: to look then too would be twice as often.
    assertThat(fleet.looks.get("waiter")).isBetween(8, 10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aSilentLeaderIsSucceededHoweverFarTheNextTurn(int seed) {
    Fleet fleet = new Fleet(seed).polledEvery(ofSeconds(50));
    InitStep work = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(30));
    fleet.infrastructure("leader", "r1", ZERO, ofSeconds(90), work);
    fleet.infrastructure("waiter", "r1", ofSeconds(2), ofSeconds(90), work);
    fleet.timeline.at(
        ofSeconds(11),
        () -> {
          fleet.timeline.kill("leader");
          fleet.open(fleet.lockStore, "leader").abandon();
          fleet.open(fleet.signalStore, "leader").abandon();
        });

    fleet.timeline.run();

    assertThat(fleet.end("waiter").thrown()).isNull();
    Duration takenOver =
        fleet.history.stream()
            .filter(w -> w.member().equals("waiter") && w.what().equals("began"))
            .map(Fleet.Work::at)
            .findFirst()
            .orElseThrow();
    assertThat(takenOver).isBetween(ofSeconds(15), ofSeconds(24));
    assertThatNothingOverlaps(fleet);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void withoutALedgerASignalThatDiesUnderTheLockIsAnErrorAtTheDeadline(int seed) {
    Fleet fleet = new Fleet(seed).withoutLedger();
    fleet.lockStore.stop();
    fleet.infrastructure("web", "r1", ZERO, ofSeconds(20), migrate(fleet));
    fleet.timeline.at(
        ofSeconds(5),
        () -> {
          fleet.signalStore.stop();
          fleet.lockStore.start();
        });

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown()).isInstanceOf(BackendUnavailableException.class);
    assertThat(fleet.end("web").at()).isBetween(ofSeconds(20), ofSeconds(24));
    assertThat(fleet.count("migrate", "began")).isZero();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFailureWhileAMemberSubscribesIsNewsToIt(int seed) {
    Fleet fleet = new Fleet(seed).subscribingFor(ofSeconds(6));
    InitStep broken =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "migrate",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.tick(member, "migrate", context, ofSeconds(4));
              throw new IllegalStateException("broken");
            });
    fleet.infrastructure("leader", "r1", ZERO, PATIENT, broken);
    fleet.infrastructure("waiter", "r1", ofSeconds(7), PATIENT, broken);

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.end("waiter").thrown()).isInstanceOf(StepFailedException.class);
  }

  /** A leader that died between FAILED in the ledger and FAILED in the signal. */
  private static void failedOutOfSight(Fleet fleet, Duration began, Duration failed) {
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId("r1"));
    InMemoryBackend ledger = fleet.open(fleet.lockStore, "dead");
    InMemoryBackend signal = fleet.open(fleet.signalStore, "dead");
    fleet.timeline.at(
        began,
        () -> {
          long token = ledger.locks().orElseThrow().tryAcquire(LOCK, PATIENT).orElseThrow().token();
          Readiness running =
              new Readiness.Running(
                  run, token, "dead", List.of(), Optional.empty(), 0, Optional.empty());
          signal.readiness().orElseThrow().publish(running);
          ledger.readiness().orElseThrow().publish(running);
          fleet.timeline.at(
              failed,
              () -> {
                ledger
                    .readiness()
                    .orElseThrow()
                    .publish(
                        new Readiness.Failed(
                            run,
                            token,
                            "dead",
                            List.of(),
                            "migrate",
                            "column already exists",
                            Fleet.PACE.retryDelay()));
                fleet.lockStore.revoke(LOCK);
              });
        });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFailureThatIsFoundUnderTheLockEndsAllWhoWaitedForIt(int seed) {
    Fleet fleet = new Fleet(seed);
    failedOutOfSight(fleet, ZERO, ofSeconds(2));
    for (int i = 0; i < 8; i++) {
      fleet.infrastructure("web-" + i, "r1", ofSeconds(1), PATIENT, migrate(fleet));
    }

    fleet.timeline.run();

    assertThat(fleet.history).isEmpty();
    assertThat(fleet.ends.values())
        .hasSize(8)
        .allSatisfy(
            end ->
                assertThat(end.thrown())
                    .isInstanceOf(StepFailedException.class)
                    .hasMessage("dead led this run and ended it: column already exists"));
    List<Duration> ends = fleet.ends.values().stream().map(Fleet.End::at).sorted().toList();
    assertThat(ends.get(7).minus(ends.get(0))).isLessThan(ofSeconds(1));
    assertThat(fleet.events).filteredOn(InitEvent.LeaseAcquired.class::isInstance).hasSize(1);
  }

  /**
   * Silent from before the reading under the lock, or from behind it, that of the ledger being the
   * first.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aSilentSignalIsWaitedForOnceByWhoEndsWithAFailure(int readings) {
    Duration silence = ofSeconds(2);
    Fleet fleet = new Fleet(1).silentFor(silence);
    AtomicInteger read = new AtomicInteger();
    List<Duration> led = new ArrayList<>();
    fleet.answered(
        operation -> {
          if (!led.isEmpty() && operation.equals("find") && read.incrementAndGet() == readings) {
            fleet.signalStore.stop();
          }
        });
    fleet.reacting(
        event -> {
          if (event instanceof InitEvent.LeaseAcquired) {
            led.add(fleet.sinceStart());
            if (readings == 0) {
              fleet.signalStore.stop();
            }
          }
        });
    failedOutOfSight(fleet, ZERO, ofSeconds(2));
    fleet.infrastructure("web", "r1", ofSeconds(1), PATIENT, migrate(fleet));

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown())
        .isInstanceOf(StepFailedException.class)
        .hasMessage("dead led this run and ended it: column already exists");
    assertThat(led).hasSize(1);
    assertThat(fleet.end("web").at().minus(led.get(0)))
        .isBetween(silence, silence.multipliedBy(2).minusMillis(1));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoComesAfterAFailureThatOnlyTheLedgerKnowsTriesAgainWhenItIsDue(int seed) {
    Fleet fleet = new Fleet(seed);
    failedOutOfSight(fleet, ofMillis(100), ofMillis(1000));
    for (int i = 0; i < 3; i++) {
      fleet.infrastructure("web-" + i, "r1", ofMillis(1500), PATIENT, migrate(fleet));
    }

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.history.get(0).at())
        .isBetween(
            ofMillis(1000).plus(Fleet.PACE.retryDelay()),
            ofMillis(2500).plus(Fleet.PACE.retryDelay()));
    assertThat(fleet.ends.values()).hasSize(3).allSatisfy(end -> assertThat(end.thrown()).isNull());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFailureThatALaterLeaderHasGoneOverEndsNobody(int seed) {
    Fleet fleet = new Fleet(seed);
    failedOutOfSight(fleet, ZERO, ofSeconds(2));
    fleet.timeline.at(
        ofMillis(2500),
        () -> {
          InMemoryBackend later = fleet.open(fleet.lockStore, "later");
          long token = later.locks().orElseThrow().tryAcquire(LOCK, PATIENT).orElseThrow().token();
          later
              .readiness()
              .orElseThrow()
              .publish(
                  new Readiness.Running(
                      new RunKey(Namespace.DEFAULT, new RunId("r1")),
                      token,
                      "later",
                      List.of(),
                      Optional.empty(),
                      0,
                      Optional.empty()));
          fleet.lockStore.revoke(LOCK);
        });
    for (int i = 0; i < 3; i++) {
      fleet.infrastructure("web-" + i, "r1", ofSeconds(1), PATIENT, migrate(fleet));
    }

    fleet.timeline.run();

    assertThat(fleet.count("migrate", "began")).isEqualTo(1);
    assertThat(fleet.ends.values()).hasSize(3).allSatisfy(end -> assertThat(end.thrown()).isNull());
  }
}
