package io.autoinit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.InitEvent;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.InMemoryBackend;
import io.autoinit.tck.InMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people are told, and act on, where signal and ledger do not say the same. */
class BoardForPeopleTest {

  private static final RunKey RUN = new RunKey(Namespace.DEFAULT, new RunId("r1"));
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(SECOND);
  private final InMemoryStore signals = InMemoryStore.builder().clock(nanos::get).build();
  private final InMemoryStore records = InMemoryStore.builder().clock(nanos::get).build();
  private final InMemoryBackend signal = signals.open("web");
  private final InMemoryBackend ledger = records.open("web");
  private final Board board =
      new Board(
          RUN,
          new SystemTimeline(),
          new Store<>("signal", () -> Optional.of(of(signal)), Events.direct(List.of())),
          new Store<>("ledger", () -> Optional.of(of(ledger)), Events.direct(List.of())));

  @AfterEach
  void close() {
    signal.close();
    ledger.close();
  }

  private static ReadinessStore of(InMemoryBackend backend) {
    return backend.readiness().orElseThrow();
  }

  private static Readiness running(long token, String holder) {
    return new Readiness.Running(
        RUN, token, holder, List.of(), Optional.of("seed"), 1, Optional.empty());
  }

  private void passes(long seconds) {
    nanos.addAndGet(seconds * SECOND);
  }

  private Readiness told() {
    return board.findAnywhere().record().orElseThrow().value();
  }

  @Test
  void aHeartThatBeatsInTheLedgerAloneIsHeard() {
    of(signal).publish(running(7, "web-1"));
    passes(60);
    of(ledger).publish(running(7, "web-1"));
    passes(1);

    assertThat(board.findAnywhere().record().orElseThrow().age()).hasSeconds(1);
    assertThat(board.runs().known().orElseThrow())
        .singleElement()
        .satisfies(seen -> assertThat(seen.age()).hasSeconds(1));
  }

  @Test
  void readyStandsWhereverItIsFound() {
    Readiness ready = new Readiness.Ready(RUN, 7, "web-1", List.of());
    of(ledger).publish(ready);
    passes(60);
    of(signal).publish(running(7, "web-1"));

    assertThat(told()).isEqualTo(ready);
  }

  @Test
  void theLaterLeaderIsTold() {
    of(ledger).publish(running(8, "web-2"));
    passes(5);
    of(signal).publish(running(7, "web-1"));

    assertThat(told()).isEqualTo(running(8, "web-2"));
  }

  @Test
  void aClaimBehindADeadLeaderIsTold() {
    of(ledger).publish(running(7, "web-1"));
    passes(60);
    of(signal).claim(Claim.of(RUN, "web-2", Optional.empty()));

    assertThat(told().holder()).isEqualTo("web-2");
  }

  @Test
  void aStoreThatIsAwayIsNotTakenForOneThatAnswersAgain() {
    List<InitEvent> told = new ArrayList<>();
    Board alone =
        new Board(
            RUN,
            new SystemTimeline(),
            new Store<>("signal", () -> Optional.of(of(signal)), Events.direct(List.of(told::add))),
            new Store<>("ledger", Optional::empty, Events.direct(List.of())));
    signals.stop();

    assertThatThrownBy(alone::look).isInstanceOf(BackendUnavailableException.class);
    assertThat(alone.remembers()).isTrue();
    assertThatThrownBy(alone::look).isInstanceOf(BackendUnavailableException.class);
    assertThat(told).singleElement().isInstanceOf(InitEvent.BackendTroubled.class);

    signals.start();
    assertThat(alone.look().ready()).isFalse();
    assertThat(told).last().isInstanceOf(InitEvent.BackendRecovered.class);
  }

  /** Whoever is told of the signal alone believes that nothing was done. */
  @Test
  void whatWasClearedIsToldWhenTheSignalIsAway() {
    signals.stop();

    assertThatThrownBy(board::clear)
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageEndingWith(
            "; the ledger in 'ledger' was cleared, and nobody knows whether the signal was: when it answers, clear the run again");

    signals.start();
    records.stop();
    assertThatThrownBy(board::clear)
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageEndingWith(
            "; nobody knows whether the record was cleared: when it answers, clear the run again");
  }

  @Test
  void whoIsAwayIsTold() {
    of(signal).publish(running(7, "web-1"));
    records.stop();

    Board.Found found = board.findAnywhere();
    assertThat(found.record()).isPresent();
    assertThat(found.away()).isPresent();
    assertThat(board.runs().known().orElseThrow()).hasSize(1);
    assertThat(board.runs().away()).isEqualTo(found.away());

    of(signal).clear(RUN);
    assertThatThrownBy(board::findAnywhere).isInstanceOf(BackendUnavailableException.class);
  }

  @Test
  void whereBothAreAwayBothAreNamedAndEachIsToldOnce() {
    // Another name, since the message has it.
    InMemoryBackend ledger = records.open("leader");
    List<InitEvent> told = new ArrayList<>();
    Events events = Events.direct(List.of(told::add));
    AtomicReference<Optional<BackendUnavailableException>> ofRecords =
        new AtomicReference<>(Optional.empty());
    Board both =
        new Board(
            RUN,
            new SystemTimeline(),
            new Store<>("signal", () -> Optional.of(of(signal)), events),
            new Store<>("ledger", () -> Optional.of(of(ledger)), events, ofRecords));
    Store<LockProvider> locks =
        new Store<>("ledger", () -> ledger.locks().orElseThrow(), events, ofRecords);
    Store<Optional<ReadinessStore>> none =
        new Store<>("ledger", Optional::empty, events, ofRecords);
    signals.stop();
    records.stop();

    for (int look = 0; look < 2; look++) {
      assertThatThrownBy(both::look)
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageMatching("The in-memory store does not answer .*; The in-memory store .*");
    }
    assertThatThrownBy(() -> holder(locks)).isInstanceOf(BackendUnavailableException.class);
    assertThat(none.<Boolean>ask("nobody is asked", Optional::isPresent)).isFalse();
    assertThat(both.troubles()).hasSize(2);
    assertThat(told)
        .hasSize(2)
        .allMatch(InitEvent.BackendTroubled.class::isInstance)
        .first()
        .asString()
        .contains("backend=signal", "the ledger in 'ledger' is asked instead");

    records.start();
    assertThat(holder(locks)).isEmpty();
    assertThat(both.look().found()).isEmpty();
    assertThat(told).hasSize(3).last().isEqualTo(new InitEvent.BackendRecovered("ledger"));
    assertThat(both.troubles()).hasSize(1);
    ledger.close();
  }

  private static Optional<String> holder(Store<LockProvider> locks) {
    return locks.ask("it is told", l -> l.holder(LockName.infrastructure(RUN.namespace())));
  }
}
