package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.spi.BackendUnavailableException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A facet of a backend that is opened at first use, and whose troubles are told once each.
 *
 * @param <F> the facet
 */
public final class Store<F> {

  private final String name;
  private final Supplier<F> facet;
  private final Events events;
  private final AtomicReference<Optional<BackendUnavailableException>> trouble;
  private final Runnable answered;
  private final Patience patience;

  /** Whether it did when it was last asked. */
  private volatile boolean answers;

  /**
   * Names the facet.
   *
   * @param name the backend instance
   * @param facet opens the backend at the first call, and answers the same facet afterwards
   * @param events hears of troubles
   */
  public Store(String name, Supplier<F> facet, Events events) {
    this(name, facet, events, new AtomicReference<>(Optional.empty()));
  }

  /**
   * Names one of several facets of a backend, whose trouble is one.
   *
   * @param name the backend instance
   * @param facet opens the backend at the first call, and answers the same facet afterwards
   * @param events hears of troubles
   * @param trouble what it threw, as it was told; empty if it answers. Shared by the facets of the
   *     backend
   */
  public Store(
      String name,
      Supplier<F> facet,
      Events events,
      AtomicReference<Optional<BackendUnavailableException>> trouble) {
    this(name, facet, events, trouble, () -> {}, Patience.ENDLESS);
  }

  /**
   * The same for one that hears of answers, and where whoever waits has a deadline.
   *
   * @param name the backend instance
   * @param facet opens the backend at the first call, and answers the same facet afterwards
   * @param events hears of troubles
   * @param trouble what it threw, as it was told; shared by the facets of the backend
   * @param answered is called after each answer of the store, and throws nothing
   * @param patience how long who waits lets the store take
   */
  public Store(
      String name,
      Supplier<F> facet,
      Events events,
      AtomicReference<Optional<BackendUnavailableException>> trouble,
      Runnable answered,
      Patience patience) {
    this.name = name;
    this.facet = facet;
    this.events = events;
    this.trouble = trouble;
    this.answered = answered;
    this.patience = patience;
  }

  String name() {
    return name;
  }

  /** Why the store did not answer when it was last asked; empty if it did. */
  Optional<String> trouble() {
    return Objects.requireNonNull(trouble.get()).map(BackendUnavailableException::getMessage);
  }

  /** What a backend instance waits for at this moment, without asking it. */
  Optional<BackendUnavailableException> waitsFor(String instance) {
    return patience.said(instance);
  }

  /** What becomes of a question that was not answered, for who asks until the deadline. */
  String whatFollows() {
    return patience.whatFollows();
  }

  /**
   * What the facet says by itself, without a word from the store: no sign that it is there again.
   */
  <T> T itself(Function<F, T> question) {
    return question.apply(facet.get());
  }

  /**
   * The same for who waits and goes on without.
   *
   * @param tooLate undoes what comes after it was given up
   */
  <T> T itselfInTime(Function<F, T> question, Consumer<T> tooLate) {
    return inTime(trouble::get, cause -> {}, () -> itself(question), tooLate);
  }

  private <T> T inTime(
      Supplier<Optional<BackendUnavailableException>> lastSaid,
      Consumer<BackendUnavailableException> waiting,
      Supplier<T> call,
      Consumer<T> tooLate) {
    boolean before = answers;
    answers = false;
    T answer = patience.await(name, before, lastSaid, waiting, call, tooLate);
    answers = true;
    return answer;
  }

  /** Asks the store where the answer, and that there is none, is told by the caller alone. */
  <T> T aside(Function<F, T> question) {
    return question.apply(facet.get());
  }

  /**
   * The same for who waits.
   *
   * @param tooLate undoes what comes after it was given up
   */
  <T> T asideInTime(Function<F, T> question, Consumer<T> tooLate) {
    return inTime(Optional::empty, cause -> {}, () -> aside(question), tooLate);
  }

  /**
   * Asks the store, for as long as that takes: for who holds a lock and works under it.
   *
   * @throws BackendUnavailableException if it does not answer; told to listeners if it is news
   */
  <T> T ask(String consequence, Function<F, T> question) {
    return ask(() -> consequence, question);
  }

  /** The same where it takes something to say what follows. */
  <T> T ask(Supplier<String> consequence, Function<F, T> question) {
    return told(consequence, () -> answer(question));
  }

  /**
   * Asks the store, for no longer than who waits may wait.
   *
   * @throws BackendUnavailableException if it does not answer in time; told to listeners if it is
   *     news
   */
  <T> T askInTime(String consequence, Function<F, T> question) {
    return askInTime(() -> consequence, question, late -> {});
  }

  /** The same for who asks until the deadline, and then says what it was told. */
  <T> T askUntilDeadline(Function<F, T> question) {
    return askInTime(this::whatFollows, question, late -> {});
  }

  /**
   * The same where it takes something to say what follows, or to undo it.
   *
   * @param tooLate undoes what comes after it was given up
   */
  <T> T askInTime(Supplier<String> consequence, Function<F, T> question, Consumer<T> tooLate) {
    return told(
        consequence,
        () ->
            inTime(
                trouble::get,
                cause -> tellIfNews(cause, consequence),
                () -> answer(question),
                late -> tooLate.accept(late.given())));
  }

  /**
   * What a facet answered.
   *
   * @param counts whether the store itself has, and not only a facet that is not there
   */
  private record Answer<T>(T given, boolean counts) {}

  private <T> Answer<T> answer(Function<F, T> question) {
    F asked = facet.get();
    return new Answer<>(question.apply(asked), answersForItsStore(asked));
  }

  private <T> T told(Supplier<String> consequence, Supplier<Answer<T>> call) {
    try {
      Answer<T> answer = call.get();
      if (answer.counts()) {
        if (trouble.getAndSet(Optional.empty()).isPresent()) {
          events.tell(new InitEvent.BackendRecovered(name));
        }
        answered.run();
      }
      return answer.given();
    } catch (BackendUnavailableException e) {
      tellIfNews(e, consequence);
      throw e;
    }
  }

  private void tellIfNews(BackendUnavailableException e, Supplier<String> consequence) {
    boolean known = trouble.getAndSet(Optional.of(e)).filter(t -> isKnown(t, e)).isPresent();
    if (!known) {
      events.tell(news(e, consequence.get()));
    }
  }

  /** A trouble is told once, whatever its words; of what is on its way each step is news. */
  private static boolean isKnown(
      BackendUnavailableException told, BackendUnavailableException now) {
    return told.isComing() == now.isComing()
        && (!now.isComing() || Objects.equals(told.getMessage(), now.getMessage()));
  }

  private InitEvent news(BackendUnavailableException e, String consequence) {
    String why = String.valueOf(e.getMessage());
    return e.isComing()
        ? new InitEvent.BackendComing(name, why, consequence)
        : new InitEvent.BackendTroubled(name, why, consequence);
  }

  /** A facet that is not there has asked nobody. */
  private static boolean answersForItsStore(Object facet) {
    return !(facet instanceof Optional<?> offered && offered.isEmpty());
  }
}
