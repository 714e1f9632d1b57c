package io.autoinit.core.protocol;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the fleet learns how far a run is: the signal, which every member asks, and behind it the
 * ledger, the durable record in the store of the lock, where there is one. The ledger is asked only
 * under the lock, or while the signal does not answer. Safe for use by any thread.
 */
public final class Board {

  /** How long a silent signal is left alone while the ledger answers. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private final RunKey run;
  private final Timeline timeline;
  private final Store<Optional<ReadinessStore>> signal;
  private final Store<Optional<ReadinessStore>> ledger;
  private volatile Duration signalSilentUntil = Duration.ZERO;
  private volatile @Nullable BackendUnavailableException signalSilent;

  /**
   * Puts the two together.
   *
   * @param run the run
   * @param timeline whose time
   * @param signal the readiness store
   * @param ledger the durable readiness store of the lock's backend; answers empty if there is none
   *     or if it is the signal itself
   */
  public Board(
      RunKey run,
      Timeline timeline,
      Store<Optional<ReadinessStore>> signal,
      Store<Optional<ReadinessStore>> ledger) {
    this.run = run;
    this.timeline = timeline;
    this.signal = signal;
    this.ledger = ledger;
  }

  /**
   * Looks on behalf of a waiter.
   *
   * @throws BackendUnavailableException if neither store answers
   */
  Look look() {
    BackendUnavailableException silent = signalSilent;
    if (silent != null && timeline.now().compareTo(signalSilentUntil) < 0) {
      Optional<Look> fromLedger = lookInPlaceOf(silent);
      if (fromLedger.isPresent()) {
        return fromLedger.get();
      }
    }
    try {
      Poll poll = signal.askInTime(this::insteadOfSignal, s -> present(s).poll(run), late -> {});
      signalSilentUntil = Duration.ZERO;
      return new Look(poll.found(), poll.again(), signal, timeline.now());
    } catch (BackendUnavailableException e) {
      signalSilent = e;
      signalSilentUntil = timeline.now().plus(SILENCE);
      return lookInPlaceOf(e).orElseThrow(() -> e);
    }
  }

  private String insteadOfSignal() {
    try {
      if (hasLedger()) {
        return "the ledger in '%s' is asked instead".formatted(ledger.name());
      }
    } catch (BackendException e) {
      // What is told is the trouble of the signal.
    }
    return signal.whatFollows();
  }

  private Optional<Look> lookInPlaceOf(BackendUnavailableException silent) {
    try {
      return lookAtLedger();
    } catch (BackendUnavailableException e) {
      throw both(silent, e);
    }
  }

  /**
   * Looks into the ledger although the signal answers.
   *
   * @return empty if there is none, or if it does not answer
   */
  Optional<Look> lookBehindSignal() {
    try {
      return lookAtLedger();
    } catch (BackendUnavailableException e) {
      return Optional.empty();
    }
  }

  private Optional<Look> lookAtLedger() {
    Optional<Poll> poll = ledger.askUntilDeadline(l -> l.map(store -> store.poll(run)));
    return poll.map(p -> new Look(p.found(), p.again(), ledger, timeline.now()));
  }

  /** Claims where the look came from. Empty if another was faster, or if nobody knows. */
  Optional<Observed<Readiness>> claim(Store<Optional<ReadinessStore>> where, Claim claim) {
    try {
      return where.askUntilDeadline(s -> present(s).claim(claim));
    } catch (BackendUnavailableException e) {
      return Optional.empty();
    }
  }

  /** Asks the signal for hints; without them the caller polls. */
  Watch watch(Consumer<Hint> hints) {
    try {
      return signal.itselfInTime(s -> present(s).watch(run, hints), Watch::close);
    } catch (BackendUnavailableException e) {
      return Watch.NONE;
    }
  }

  /**
   * What is known of a run.
   *
   * @param evidence the record where the evidence of leadership is kept: in the ledger, else in the
   *     signal
   * @param all that and, beside a ledger, the record of the signal
   * @param asked the stores that answered
   */
  record Known(
      Optional<Observed<Readiness>> evidence, List<Observed<Readiness>> all, List<String> asked) {

    boolean told(String store) {
      return asked.contains(store);
    }

    Optional<Observed<Readiness>> ready() {
      return all.stream().filter(seen -> seen.value().isReady()).findFirst();
    }

    /** The failure of the last leader; empty if that is not how it ended, or if READY stands. */
    Optional<Observed<Readiness>> failure() {
      long last = all.stream().mapToLong(seen -> seen.value().token()).max().orElse(0);
      return all.stream()
          .filter(seen -> ready().isEmpty() && seen.value().token() == last)
          .filter(seen -> seen.value() instanceof Readiness.Failed)
          .findFirst();
    }

    List<CompletedStep> completed() {
      return all.stream()
          .map(seen -> seen.value().completed())
          .max(Comparator.comparingInt(List::size))
          .orElse(List.of());
    }
  }

  /**
   * Everything that is known, to be read under the lock, where it is still waited for.
   *
   * @throws BackendUnavailableException if the ledger does not answer, or the signal does not and
   *     there is no ledger
   */
  Known readAll() {
    List<Observed<Readiness>> all = new ArrayList<>();
    boolean hasLedger = hasLedger();
    if (hasLedger) {
      ledger.askUntilDeadline(l -> l.flatMap(store -> store.find(run))).ifPresent(all::add);
    }
    Duration ledgerAt = timeline.now();
    try {
      Optional<Observed<Readiness>> signalled =
          signal.askInTime(
              // Behind a ledger the leader goes on, and writes to the signal what it does.
              () -> hasLedger ? "it is tried again" : signal.whatFollows(),
              s -> present(s).find(run),
              late -> {});
      Optional<Observed<Readiness>> recorded = aged(all, ledgerAt);
      signalled.ifPresent(all::add);
      return hasLedger
          ? new Known(recorded, all, List.of(ledger.name(), signal.name()))
          : new Known(signalled, all, List.of(signal.name()));
    } catch (BackendUnavailableException e) {
      if (!hasLedger) {
        throw e;
      }
      return new Known(aged(all, ledgerAt), all, List.of(ledger.name()));
    }
  }

  /** All ages are of the same moment, however long the signal took; the first record. */
  private Optional<Observed<Readiness>> aged(List<Observed<Readiness>> all, Duration readAt) {
    Duration since = timeline.now().minus(readAt);
    all.replaceAll(seen -> new Observed<>(seen.value(), seen.age().plus(since), seen.revision()));
    return all.stream().findFirst();
  }

  /**
   * Writes where the evidence of leadership is kept: in the ledger, else in the signal.
   *
   * @param waits whether whoever writes does not work yet, and so waits no longer than others: what
   *     comes too late is the record of one that is gone, and goes stale by itself
   */
  Pen evidence(BooleanSupplier waits) {
    return new Pen(asking(hasLedger() ? ledger : signal, waits));
  }

  /** Writes to the signal. */
  Pen signal() {
    return new Pen(asking(signal, () -> false));
  }

  /**
   * Tells the signal of a failure that the ledger alone may have, with what is left until its retry
   * is due: all who wait end with it, and do not come for it to the lock one after the other.
   *
   * @return false if the signal did not answer, or refused: who waits looks into the ledger then
   */
  boolean passOn(Readiness.Failed failure, Duration age) {
    try {
      if (hasLedger() && findSignal().filter(seen -> isOf(failure, seen.value())).isEmpty()) {
        signal().write(left(failure, age));
      }
      return true;
    } catch (BackendException e) {
      return false;
    }
  }

  private static Readiness left(Readiness.Failed failure, Duration age) {
    Duration left = failure.retryAfter().minus(age);
    return new Readiness.Failed(
        failure.run(),
        failure.token(),
        failure.holder(),
        failure.completed(),
        failure.step(),
        failure.cause(),
        left.isNegative() ? Duration.ZERO : left);
  }

  private static boolean isOf(Readiness.Failed failure, Readiness other) {
    return other instanceof Readiness.Failed && other.token() == failure.token();
  }

  private static Pen.Paper asking(Store<Optional<ReadinessStore>> store, BooleanSupplier waits) {
    return new Pen.Paper() {
      @Override
      public <T> T ask(Function<ReadinessStore, T> question) {
        return waits.getAsBoolean()
            ? store.askUntilDeadline(s -> question.apply(present(s)))
            : store.ask("it is tried again", s -> question.apply(present(s)));
      }
    };
  }

  Optional<Observed<Readiness>> findSignal() {
    return signal.ask("it is tried again", s -> present(s).find(run));
  }

  /** The surer record of signal and ledger. */
  Optional<Observed<Readiness>> find() {
    return findAnywhere().record();
  }

  /**
   * What was found where somebody answered.
   *
   * @param record the surer record of signal and ledger
   * @param away why one of them did not answer; empty if both did
   */
  record Found(Optional<Observed<Readiness>> record, Optional<String> away) {}

  /**
   * For people, who act on it: the signal may be behind the ledger, since it is written without
   * waiting for it, but READY stands wherever it is found.
   */
  Found findAnywhere() {
    Optional<Observed<Readiness>> signalled;
    try {
      signalled = signal.askInTime("it is told without", s -> present(s).find(run));
    } catch (BackendException e) {
      return findInPlaceOf(e);
    }
    if (signalled.filter(seen -> seen.value().isReady()).isPresent()) {
      return new Found(signalled, Optional.empty());
    }
    try {
      Optional<Observed<Readiness>> recorded = findLedger();
      return new Found(surer(signalled, recorded), Optional.empty());
    } catch (BackendException e) {
      if (signalled.isEmpty()) {
        throw e;
      }
      return new Found(signalled, Optional.ofNullable(e.getMessage()));
    }
  }

  private static Optional<Observed<Readiness>> surer(
      Optional<Observed<Readiness>> one, Optional<Observed<Readiness>> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(surer(one.get(), other.get()))
        : one.or(() -> other);
  }

  /** READY, else the later leader's, else the younger: a claim has no token yet. */
  private static Observed<Readiness> surer(Observed<Readiness> one, Observed<Readiness> other) {
    if (one.value().isReady() || other.value().isReady()) {
      return one.value().isReady() ? one : other;
    }
    long tokenOfOne = one.value().token();
    long tokenOfOther = other.value().token();
    if (tokenOfOne > 0 && tokenOfOther > 0 && tokenOfOne != tokenOfOther) {
      return tokenOfOne > tokenOfOther ? one : other;
    }
    return one.age().compareTo(other.age()) <= 0 ? one : other;
  }

  private Found findInPlaceOf(BackendException silent) {
    boolean recorded;
    try {
      recorded = hasLedger();
    } catch (BackendUnavailableException e) {
      throw both(silent, e);
    }
    if (!recorded) {
      throw silent;
    }
    try {
      return new Found(findLedger(), Optional.ofNullable(silent.getMessage()));
    } catch (BackendUnavailableException e) {
      throw both(silent, e);
    }
  }

  private Optional<Observed<Readiness>> findLedger() {
    return ledger.askInTime("nothing else is asked", l -> l.flatMap(store -> store.find(run)));
  }

  /**
   * The records of all runs of the application: of each the surer one of signal and ledger.
   *
   * @return empty if no store can list its runs
   * @throws BackendException if neither store answers
   */
  Insight.Listed runs() {
    Optional<List<Observed<Readiness>>> signalled = Optional.empty();
    Optional<BackendException> silent = Optional.empty();
    try {
      signalled =
          signal.askInTime("the ledger tells what it has", s -> present(s).runs(run.namespace()));
    } catch (BackendException e) {
      silent = Optional.of(e);
    }
    if (silent.isPresent() && !hasLedger()) {
      throw silent.get();
    }
    Optional<List<Observed<Readiness>>> recorded = Optional.empty();
    try {
      recorded =
          ledger.askInTime(
              "nothing else is asked", l -> l.flatMap(store -> store.runs(run.namespace())));
    } catch (BackendException e) {
      if (silent.isPresent()) {
        throw both(silent.get(), e);
      }
      if (signalled.isEmpty()) {
        throw e;
      }
      silent = Optional.of(e);
    }
    Map<RunKey, Observed<Readiness>> all = new LinkedHashMap<>();
    Stream.of(signalled, recorded)
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .forEach(seen -> all.merge(seen.value().run(), seen, Board::surer));
    return new Insight.Listed(
        signalled.isPresent() || recorded.isPresent()
            ? Optional.of(List.copyOf(all.values()))
            : Optional.empty(),
        silent.map(BackendException::getMessage));
  }

  private static BackendUnavailableException both(BackendException one, BackendException other) {
    return new BackendUnavailableException(
        "%s; %s".formatted(one.getMessage(), other.getMessage()), other);
  }

  /**
   * Takes the record back; in the ledger first, from which the signal would be repaired. Not given
   * up at a deadline: a record that is taken back later may be another one.
   *
   * @throws BackendUnavailableException if a store does not answer, with what was done by then
   */
  boolean clear() {
    boolean recorded;
    try {
      recorded = ledger.ask("it is told", l -> l.map(store -> store.clear(run)).orElse(false));
    } catch (BackendUnavailableException e) {
      throw cleared(e, "nobody knows whether the record was cleared");
    }
    try {
      return signal.ask("it is told", s -> present(s).clear(run)) || recorded;
    } catch (BackendUnavailableException e) {
      throw cleared(
          e,
          hasLedger()
              ? "the ledger in '%s' was cleared, and nobody knows whether the signal was"
                  .formatted(ledger.name())
              : "nobody knows whether the record was cleared");
    }
  }

  private static BackendUnavailableException cleared(BackendUnavailableException e, String what) {
    return new BackendUnavailableException(
        "%s; %s: when it answers, clear the run again".formatted(e.getMessage(), what), e);
  }

  /** Whether the evidence is kept apart from the signal. */
  boolean hasLedger() {
    return ledger.itselfInTime(Optional::isPresent, late -> {});
  }

  /** Whether what was recorded survives the loss of the signal. */
  boolean remembers() {
    return hasLedger() || signal.itself(s -> present(s).durable());
  }

  /** Whether a look came from where hints come from. */
  boolean isSignal(Store<Optional<ReadinessStore>> source) {
    return source == signal;
  }

  /** What is wrong with the stores that were asked, as they last said it. */
  List<String> troubles() {
    return Stream.of(signal, ledger).flatMap(store -> store.trouble().stream()).distinct().toList();
  }

  /** What a candidate waits for, of whom who waits sees no more; nothing where it is one store. */
  String whereTheLockIs() {
    return ledger.name().equals(signal.name())
        ? ""
        : ", once '%s' gives it the lock: 'autoinit status' tells whether that store answers"
            .formatted(ledger.name());
  }

  String evidenceName() {
    return hasLedger() ? ledger.name() : signal.name();
  }

  String signalName() {
    return signal.name();
  }

  private static ReadinessStore present(Optional<ReadinessStore> store) {
    return store.orElseThrow(() -> new IllegalStateException("the backend offers no readiness"));
  }
}
