package io.autoinit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.InMemoryBackend;
import io.autoinit.tck.InMemoryStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which runs are there, as signal and ledger know it together. */
class BoardRunsTest {

  private final InMemoryStore signals = new InMemoryStore();
  private final InMemoryStore records = new InMemoryStore();
  private final InMemoryBackend signal = signals.open("web");
  private final InMemoryBackend ledger = records.open("web");
  private final Events events = Events.direct(List.of());

  @AfterEach
  void close() {
    signal.close();
    ledger.close();
  }

  private static Readiness ready(String run, long token) {
    return new Readiness.Ready(
        new RunKey(Namespace.DEFAULT, new RunId(run)), token, "web", List.of());
  }

  private Board board(ReadinessStore first, Optional<ReadinessStore> behind) {
    return new Board(
        new RunKey(Namespace.DEFAULT, new RunId("r1")),
        new SystemTimeline(),
        new Store<>("signal", () -> Optional.of(first), events),
        new Store<>("ledger", () -> behind, events));
  }

  private static ReadinessStore of(InMemoryBackend backend) {
    return backend.readiness().orElseThrow();
  }

  private static List<Readiness> runs(Board board) {
    return board.runs().known().orElseThrow().stream().map(Observed::value).toList();
  }

  @Test
  void theSignalTellsFirstAndTheLedgerWhatTheSignalLacks() {
    of(signal).publish(ready("both", 2));
    of(signal).publish(ready("signal", 3));
    of(ledger).publish(ready("both", 1));
    of(ledger).publish(ready("ledger", 1));

    assertThat(runs(board(of(signal), Optional.of(of(ledger)))))
        .containsExactlyInAnyOrder(ready("both", 2), ready("signal", 3), ready("ledger", 1));
    assertThat(board(of(signal), Optional.of(of(ledger))).runs().away()).isEmpty();
  }

  @Test
  void whileTheSignalIsAwayTheLedgerTells() {
    of(ledger).publish(ready("ledger", 1));
    signals.stop();

    assertThat(runs(board(of(signal), Optional.of(of(ledger)))))
        .containsExactly(ready("ledger", 1));
    assertThat(board(of(signal), Optional.of(of(ledger))).runs().away()).isPresent();
    assertThatThrownBy(() -> board(of(signal), Optional.empty()).runs())
        .isInstanceOf(BackendUnavailableException.class);
  }

  @Test
  void whereOneCannotListTheOtherDoesAndWhereNoneCanThatIsTold() {
    of(ledger).publish(ready("ledger", 1));
    ReadinessStore mute = new Mute(of(signal));

    assertThat(runs(board(mute, Optional.of(of(ledger))))).containsExactly(ready("ledger", 1));
    assertThat(board(mute, Optional.empty()).runs().known()).isEmpty();
  }

  /** A store of a provider that was written before stores could list. */
  private record Mute(ReadinessStore store) implements ReadinessStore {
    @Override
    public Optional<Observed<Readiness>> find(RunKey run) {
      return store.find(run);
    }

    @Override
    public Optional<Observed<Readiness>> publish(Publication publication) {
      return store.publish(publication);
    }

    @Override
    public Optional<Observed<Readiness>> claim(Claim claim) {
      return store.claim(claim);
    }

    @Override
    public Watch watch(RunKey run, Consumer<Hint> hints) {
      return store.watch(run, hints);
    }

    @Override
    public boolean clear(RunKey run) {
      return store.clear(run);
    }

    @Override
    public boolean durable() {
      return store.durable();
    }
  }
}
