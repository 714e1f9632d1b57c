package io.autoinit.core.protocol;

import io.autoinit.spi.BackendUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How long whoever waits lets a store take: no longer than the waiting itself may, whatever the
 * store's own settings are. A call that takes longer is given up, and goes on by itself until its
 * backend is closed. Safe for use by any thread.
 */
public final class Patience {

  /** Of who is not bound: the store says itself how long it takes. */
  public static final Patience ENDLESS = new Patience(Optional.empty(), Optional.empty(), s -> {});

  /** Who is past the deadline still tries once, and a store may just be about to say why not. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Optional<Timeline> timeline;
  private final Optional<Supplier<Deadline>> deadline;
  private final Consumer<String> givenUp;

  /**
   * Of who waits until a deadline.
   *
   * @param timeline whose time
   * @param deadline the end of the waiting that is under way; one of zero does not bind
   * @param givenUp hears the name of the backend instance of each call that was given up
   */
  public Patience(Timeline timeline, Supplier<Deadline> deadline, Consumer<String> givenUp) {
    this(Optional.of(timeline), Optional.of(deadline), givenUp);
  }

  private Patience(
      Optional<Timeline> timeline,
      Optional<Supplier<Deadline>> deadline,
      Consumer<String> givenUp) {
    this.timeline = timeline;
    this.deadline = deadline;
    this.givenUp = givenUp;
  }

  /**
   * Calls.
   *
   * @param store the name of the backend instance
   * @param lastSaid what the store said when it was last asked and did not answer
   * @param call what to do; throws what is thrown here
   * @param tooLate undoes what comes after the call was given up
   * @throws BackendUnavailableException as the store last did, if it is given up
   */
  <T> T await(
      String store,
      Supplier<Optional<BackendUnavailableException>> lastSaid,
      Supplier<T> call,
      Consumer<T> tooLate) {
    Deadline end = deadline.map(Supplier::get).orElse(null);
    if (end == null || end.span().isZero()) {
      return call.get();
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Timeline time = timeline.orElseThrow();
    Timeline.Task task = time.start("autoinit-asks-" + store, () -> make(call, outcome, tooLate));
    joinUninterruptedly(time, task, longest(end));
    if (!outcome.isDone()) {
      BackendUnavailableException late = lastSaid.get().orElseGet(() -> silent(store, end));
      if (outcome.completeExceptionally(late)) {
        givenUp.accept(store);
        throw late;
      }
    }
    return result(outcome);
  }

  private static <T> void make(
      Supplier<T> call, CompletableFuture<T> outcome, Consumer<T> tooLate) {
    try {
      T answer = call.get();
      if (!outcome.complete(answer)) {
        tooLate.accept(answer);
      }
    } catch (RuntimeException | Error e) {
      // Nobody is left to hear what goes wrong with a call that was given up.
      boolean unused = outcome.completeExceptionally(e);
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

  private static BackendUnavailableException silent(String store, Deadline end) {
    return new BackendUnavailableException(
        "'%s' has not answered within %s (autoinit.timeout): see whether the store and the network are well, or wait longer"
            .formatted(store, Texts.of(end.span())));
  }

  /** An interrupt is kept, as in a call that is not given up (BACKEND-6). */
  private static void joinUninterruptedly(Timeline time, Timeline.Task task, Duration longest) {
    Duration end = time.now().plus(longest);
    boolean interrupted = false;
    while (true) {
      try {
        boolean unused = task.join(end.minus(time.now()));
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
