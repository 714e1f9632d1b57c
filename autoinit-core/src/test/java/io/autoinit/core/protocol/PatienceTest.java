package io.autoinit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.InitEvent;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On which thread a store is asked, and what an interrupt does to it. */
class PatienceTest {

  private final Timeline timeline = new SystemTimeline();

  @AfterEach
  void noInterruptIsLeft() {
    boolean unused = Thread.interrupted();
  }

  private Store<String> store(Duration timeout) {
    Deadline deadline = Deadline.in(timeline, timeout);
    return new Store<>(
        "grid",
        () -> "facet",
        Events.direct(List.of()),
        new AtomicReference<>(Optional.empty()),
        () -> {},
        new Patience(timeline, () -> deadline, name -> {}, name -> {}, name -> Optional.empty()));
  }

  private static Thread askedOn(Store<String> store) {
    return store.<Thread>askInTime("it is tried again", facet -> Thread.currentThread());
  }

  @Test
  void aStoreThatAnsweredIsAskedWithoutAThreadUntilTheLastMinute() {
    Store<String> early = store(Duration.ofMinutes(5));
    assertThat(askedOn(early)).isNotSameAs(Thread.currentThread());
    assertThat(askedOn(early)).isSameAs(Thread.currentThread());
    assertThatThrownBy(
            () ->
                early.<String>askInTime(
                    "it is tried again",
                    facet -> {
                      throw new BackendUnavailableException("silence");
                    }))
        .hasMessage("silence");
    assertThat(askedOn(early)).isNotSameAs(Thread.currentThread());

    Store<String> late = store(Duration.ofSeconds(59));
    assertThat(askedOn(late)).isNotSameAs(Thread.currentThread());
    assertThat(askedOn(late)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void anInterruptEndsTheCallAndIsKept() {
    Store<String> grid = store(Duration.ofSeconds(50));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> grid.<Boolean>askInTime("it is tried again", PatienceTest::hangs))
        .hasMessage("interrupted");

    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  /** Whether there is a ledger is asked of its backend, which may hang in opening. */
  @Test
  void aLedgerThatDoesNotOpenIsGivenUp() {
    Deadline deadline = Deadline.in(timeline, Duration.ofMillis(1));
    List<String> givenUp = new CopyOnWriteArrayList<>();
    Patience patience =
        new Patience(timeline, () -> deadline, givenUp::add, name -> {}, name -> Optional.empty());
    Board board =
        new Board(
            new RunKey(Namespace.DEFAULT, new RunId("v1")),
            timeline,
            new Store<>("signal", PatienceTest::silent, Events.direct(List.of())),
            new Store<>(
                "ledger",
                PatienceTest::doesNotOpen,
                Events.direct(List.of()),
                new AtomicReference<>(Optional.empty()),
                () -> {},
                patience));

    assertThatThrownBy(board::look).isInstanceOf(BackendUnavailableException.class);

    assertThat(givenUp).isNotEmpty().containsOnly("ledger");
  }

  @Test
  void whetherAStoreIsTriedAgainIsToldAsItIs() {
    assertThat(toldOfSilence(Duration.ofSeconds(50)))
        .isEqualTo("it is tried again until the deadline");
    assertThat(toldOfSilence(Duration.ZERO)).isEqualTo("it is not tried again");
    Thread.currentThread().interrupt();
    assertThat(toldOfSilence(Duration.ofSeconds(50))).isEqualTo("it is not tried again");
    assertThat(Thread.interrupted()).isTrue();
  }

  private String toldOfSilence(Duration timeout) {
    Deadline deadline = Deadline.in(timeline, timeout);
    List<InitEvent> told = new CopyOnWriteArrayList<>();
    Board board =
        new Board(
            new RunKey(Namespace.DEFAULT, new RunId("v1")),
            timeline,
            new Store<>(
                "signal",
                PatienceTest::silent,
                Events.direct(List.of(told::add)),
                new AtomicReference<>(Optional.empty()),
                () -> {},
                new Patience(
                    timeline, () -> deadline, name -> {}, name -> {}, name -> Optional.empty())),
            new Store<>("ledger", Optional::empty, Events.direct(List.of())));

    assertThatThrownBy(board::look).isInstanceOf(BackendUnavailableException.class);

    assertThat(told).hasSize(1).first().isInstanceOf(InitEvent.BackendTroubled.class);
    return ((InitEvent.BackendTroubled) told.get(0)).consequence();
  }

  private static Optional<ReadinessStore> doesNotOpen() {
    boolean unused = hangs("ledger");
    return Optional.empty();
  }

  private static Optional<ReadinessStore> silent() {
    throw new BackendUnavailableException("the signal is away");
  }

  private static boolean hangs(String facet) {
    try {
      return new CountDownLatch(1).await(40, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendUnavailableException("interrupted");
    }
  }
}
