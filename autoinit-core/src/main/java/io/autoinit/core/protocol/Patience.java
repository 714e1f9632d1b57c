package io.autoinit.core.protocol;

import io.autoinit.spi.BackendUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How long whoever waits lets a store take: no longer than the waiting itself may, whatever the
 * store's own settings are. A call that takes longer is given up, and goes on by itself until its
 * backend is closed. Safe for use by any thread.
 */
public final class Patience {

  /** Of who is not bound: the store says itself how long it takes. */
  public static final Patience ENDLESS =
      new Patience(Optional.empty(), Optional.empty(), s -> {}, s -> {}, s -> Optional.empty());

  /** Who is past the deadline still tries once, and a store may just be about to say why not. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * With so much time left, a store that answered when it was last asked is asked without a thread
   * beside the caller's: a fleet that waits and a restart would pay for one at each look.
   */
  private static final Duration PLENTY = Duration.ofMinutes(1);

  /** Who has heard nothing for so long wants to know what a store waits for. */
  private static final Duration FIRST_WORD = Duration.ofSeconds(2);

  private final Optional<Timeline> timeline;
  private final Optional<Supplier<Deadline>> deadline;
  private final Consumer<String> givenUp;
  private final Consumer<String> ended;
  private final Function<String, Optional<BackendUnavailableException>> waitsFor;

  /**
   * Of who waits until a deadline.
   *
   * @param timeline whose time
   * @param deadline the end of the waiting that is under way; one of zero does not bind
   * @param givenUp hears the name of the backend instance of each call that was given up
   * @param ended hears the same when such a call has ended after all
   * @param waitsFor what the backend instance of a name waits for while it is called
   */
  public Patience(
      Timeline timeline,
      Supplier<Deadline> deadline,
      Consumer<String> givenUp,
      Consumer<String> ended,
      Function<String, Optional<BackendUnavailableException>> waitsFor) {
    this(Optional.of(timeline), Optional.of(deadline), givenUp, ended, waitsFor);
  }

  private Patience(
      Optional<Timeline> timeline,
      Optional<Supplier<Deadline>> deadline,
      Consumer<String> givenUp,
      Consumer<String> ended,
      Function<String, Optional<BackendUnavailableException>> waitsFor) {
    this.timeline = timeline;
    this.deadline = deadline;
    this.givenUp = givenUp;
    this.ended = ended;
    this.waitsFor = waitsFor;
  }

  /**
   * Calls.
   *
   * @param store the name of the backend instance
   * @param answers whether it answered when it was last asked
   * @param lastSaid what the store said when it was last asked and did not answer
   * @param waiting hears, while the call is under way, what the store waits for
   * @param call what to do; throws what is thrown here
   * @param tooLate undoes what comes after the call was given up
   * @throws BackendUnavailableException as the store last did, if it is given up
   */
  <T> T await(
      String store,
      boolean answers,
      Supplier<Optional<BackendUnavailableException>> lastSaid,
      Consumer<BackendUnavailableException> waiting,
      Supplier<T> call,
      Consumer<T> tooLate) {
    Deadline end = deadline.map(Supplier::get).orElse(null);
    if (end == null || end.span().isZero() || (answers && end.left().compareTo(PLENTY) > 0)) {
      return call.get();
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Timeline time = timeline.orElseThrow();
    Duration begun = time.now();
    Timeline.Task task =
        time.start("autoinit-asks-" + store, () -> make(store, call, outcome, tooLate));
    Duration last = begun.plus(longest(end));
    while (!isJoined(time, task, last)) {
      said(store).ifPresent(waiting);
    }
    if (!outcome.isDone()) {
      BackendUnavailableException late =
          said(store).or(lastSaid).orElseGet(() -> silent(store, time.now().minus(begun), end));
      if (outcome.completeExceptionally(late)) {
        givenUp.accept(store);
        throw late;
      }
    }
    return result(outcome);
  }

  /** What becomes of a question that was not answered, for who asks until the deadline. */
  String whatFollows() {
    boolean over = deadline.map(Supplier::get).filter(Deadline::passed).isPresent();
    return over || Thread.currentThread().isInterrupted()
        ? "it is not tried again"
        : "it is tried again until the deadline";
  }

  private <T> void make(
      String store, Supplier<T> call, CompletableFuture<T> outcome, Consumer<T> tooLate) {
    boolean late = true;
    try {
      T answer = call.get();
      late = !outcome.complete(answer);
      if (late) {
        tooLate.accept(answer);
      }
    } catch (RuntimeException | Error e) {
      // Nobody is left to hear what goes wrong with a call that was given up.
      late = !outcome.completeExceptionally(e);
    } finally {
      if (late) {
        ended.accept(store);
      }
    }
  }

  /** What the backend waits for; one that cannot even say that is given up all the same. */
  Optional<BackendUnavailableException> said(String store) {
    try {
      return waitsFor.apply(store);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static <T> T result(CompletableFuture<T> outcome) {
    try {
      return outcome.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** A deadline of less than a second is too short for a first connection. */
  private static Duration longest(Deadline end) {
    Duration left = end.span().compareTo(GRACE) < 0 ? GRACE : end.left();
    return left.plus(GRACE);
  }

  /** With the grace it took longer than whoever waits has set, who wonders about more than that. */
  private static BackendUnavailableException silent(String store, Duration took, Deadline end) {
    Duration silence = took.compareTo(end.span()) < 0 ? took : end.span();
    return new BackendUnavailableException(
        "'%s' has not answered for %s, and the time is up: see whether the store and the network are well, or wait longer (--timeout, or autoinit.timeout for a start)"
            .formatted(store, Texts.of(silence)));
  }

  /**
   * Whether it has ended, or it is too late; false each time there may be news. An interrupt ends
   * the call as it would that of the caller, and is kept (BACKEND-6).
   */
  private static boolean isJoined(Timeline time, Timeline.Task task, Duration last) {
    Duration word = time.now().plus(FIRST_WORD);
    Duration end = word.compareTo(last) < 0 ? word : last;
    boolean interrupted = false;
    boolean ended = false;
    while (!ended && time.now().compareTo(end) < 0) {
      try {
        ended = task.join(end.minus(time.now()));
      } catch (InterruptedException e) {
        task.interrupt();
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ended || end.equals(last);
  }
}
