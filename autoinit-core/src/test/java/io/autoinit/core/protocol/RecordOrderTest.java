package io.autoinit.core.protocol;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Namespace;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.StepPolicy;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.InMemoryBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a member makes of records that are not what they were, on virtual time. */
class RecordOrderTest {

  private static final Duration PATIENT = Duration.ofMinutes(5);

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nobodyWorksBesideALeaderThatPublishedAfterTheSuccessorHadRead(int seed) {
    Fleet fleet = new Fleet(seed).withoutLedger();
    AtomicInteger renewals = new AtomicInteger();
    fleet.reacting(
        event -> {
          if (event instanceof InitEvent.LeaseRenewed) {
            stopAtFirstRenewals(fleet, renewals.incrementAndGet());
          }
        });
    InitStep seedStep = fleet.step(Phase.INFRASTRUCTURE, "seed", ofSeconds(3));
    fleet.infrastructure("web-0", "r1", ZERO, PATIENT, seedStep);
    fleet.infrastructure("web-1", "r1", ZERO, PATIENT, seedStep);

    fleet.timeline.run();

    InfrastructurePhaseTest.assertThatNothingOverlaps(fleet);
    assertThat(fleet.count("seed", "done")).isEqualTo(1);
  }

  /**
   * The first leader stops, often between its reading and its first record; meanwhile a person
   * takes its lock away and clears the run, and its network to the lock's store is cut. Its
   * successor stops at the same place, and the first one goes on, which cannot know better.
   */
  private static void stopAtFirstRenewals(Fleet fleet, int renewal) {
    if (renewal == 1) {
      String leader = fleet.timeline.pauseCurrent(ofMillis(400));
      fleet.open(fleet.lockStore, leader).link(InMemoryBackend.Link.DOWN);
      fleet.lockStore.revoke(LockName.infrastructure(Namespace.DEFAULT));
      RunKey run = new RunKey(Namespace.DEFAULT, new RunId("r1"));
      fleet.open(fleet.signalStore, "operator").readiness().orElseThrow().clear(run);
    } else if (renewal == 2) {
      fleet.timeline.pauseCurrent(ofMillis(700));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anOldFailureThatOnlyTheLedgerStillShowsIsNoNews(int seed) {
    Fleet fleet = new Fleet(seed);
    AtomicInteger tries = new AtomicInteger();
    InitStep migrate =
        fleet.step(
            Phase.INFRASTRUCTURE,
            "migrate",
            StepPolicy.of(Phase.INFRASTRUCTURE),
            (member, context) -> {
              fleet.tick(member, "migrate", context, ofSeconds(1));
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("column already exists");
              }
            });
    fleet.infrastructure("first", "r1", ZERO, PATIENT, migrate);
    fleet.timeline.at(ofSeconds(2), fleet.signalStore::flushReadiness);
    fleet.infrastructure("web-0", "r1", ofSeconds(3), PATIENT, migrate);
    fleet.infrastructure("web-1", "r1", ofSeconds(3), PATIENT, migrate);
    fleet.timeline.at(ofSeconds(4), fleet.signalStore::stop);
    fleet.timeline.at(ofSeconds(30), fleet.signalStore::start);

    fleet.timeline.run();

    assertThat(fleet.end("web-0").thrown()).isNull();
    assertThat(fleet.end("web-1").thrown()).isNull();
    assertThat(tries).hasValue(2);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whereLedgerAndSignalAreLostThatIsToldBeforeAnythingRunsAgain(int seed) {
    Fleet fleet = new Fleet(seed);
    InitStep migrate = fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(1));
    fleet.infrastructure("first", "r1", ZERO, PATIENT, migrate);
    fleet.infrastructure("known", "r1", ofSeconds(10), PATIENT, migrate);
    fleet.timeline.at(ofSeconds(20), fleet.lockStore::flush);
    fleet.timeline.at(ofSeconds(20), fleet.signalStore::flush);
    fleet.infrastructure("again", "r1", ofSeconds(21), PATIENT, migrate);

    fleet.timeline.run();

    InitEvent told =
        new InitEvent.NothingRecorded(Phase.INFRASTRUCTURE, List.of("locks", "signal"));
    assertThat(fleet.eventsOf.get("known")).doesNotContain(told);
    assertThat(fleet.eventsOf.get("again"))
        .containsSubsequence(told, new InitEvent.StepStarted(Phase.INFRASTRUCTURE, "migrate", 1));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aFirstRecordThatCannotBeWrittenIsGivenUpAtTheDeadline(int seed) {
    Fleet fleet = new Fleet(seed).withoutLedger();
    fleet.publishes(false);
    fleet.infrastructure("web", "r1", ZERO, ofSeconds(20), migrate(fleet));
    fleet.timeline.at(ofSeconds(60), () -> fleet.publishes(true));

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown()).isInstanceOf(BackendUnavailableException.class);
    assertThat(fleet.end("web").at()).isBetween(ofSeconds(20), ofSeconds(24));
    assertThat(fleet.count("migrate", "began")).isZero();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoIsInterruptedBeforeItsFirstRecordOpensNoRunInWhichAnotherIsAtWork(int seed) {
    Fleet fleet = new Fleet(seed).withoutLedger();
    InMemoryBackend other = fleet.open(fleet.lockStore, "other");
    long token = lockFor(other, LockName.infrastructure(Namespace.DEFAULT));
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId("r1"));
    Readiness atWork =
        new Readiness.Running(
            run, token, "other", List.of(), Optional.of("migrate"), 1, Optional.empty());
    ReadinessStore signal = fleet.open(fleet.signalStore, "other").readiness().orElseThrow();
    fleet.publishes(false);
    fleet.infrastructure("web", "r1", ZERO, PATIENT, migrate(fleet));
    fleet.timeline.at(ofSeconds(2), () -> signal.publish(atWork));
    fleet.timeline.at(
        ofSeconds(2),
        () -> {
          fleet.publishes(true);
          fleet.timeline.terminate("web");
        });

    fleet.timeline.run();

    assertThat(fleet.end("web").thrown()).isInstanceOf(InterruptedException.class);
    assertThat(signal.find(run).orElseThrow().value()).isEqualTo(atWork);
  }

  private static InitStep migrate(Fleet fleet) {
    return fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(1));
  }

  /** The token of a lease that was given back. */
  private static long lockFor(InMemoryBackend backend, LockName lock) {
    try (Lease lease = backend.locks().orElseThrow().tryAcquire(lock, PATIENT).orElseThrow()) {
      return lease.token();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLeaseThatWasGrantedSlowlyIsKeptWhileItsFirstRenewalIsNotAnswered(int seed) {
    Fleet fleet = new Fleet(seed).grantingFor(ofMillis(1400));
    fleet.timeline.at(
        ofMillis(1300), () -> fleet.open(fleet.lockStore, "web").link(InMemoryBackend.Link.DOWN));
    fleet.timeline.at(
        ofMillis(1800), () -> fleet.open(fleet.lockStore, "web").link(InMemoryBackend.Link.UP));
    fleet.infrastructure(
        "web", "r1", ZERO, PATIENT, fleet.step(Phase.INFRASTRUCTURE, "migrate", ofSeconds(1)));

    fleet.timeline.run();

    assertThat(fleet.end("web").done().ran()).isEqualTo(1);
  }
}
