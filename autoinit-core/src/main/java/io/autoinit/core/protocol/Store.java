package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.spi.BackendUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final AtomicBoolean troubled = new AtomicBoolean();

  /**
   * Names the facet.
   *
   * @param name the backend instance
   * @param facet opens the backend at the first call, and answers the same facet afterwards
   * @param events hears of troubles
   */
  public Store(String name, Supplier<F> facet, Events events) {
    this.name = name;
    this.facet = facet;
    this.events = events;
  }

  String name() {
    return name;
  }

  /**
   * What the facet says by itself, without a word from the store: no sign that it is there again.
   */
  <T> T itself(Function<F, T> question) {
    return question.apply(facet.get());
  }

  /**
   * Asks the store.
   *
   * @throws BackendUnavailableException if it does not answer; told to listeners if it is news
   */
  <T> T ask(String consequence, Function<F, T> question) {
    try {
      T answer = question.apply(facet.get());
      if (troubled.compareAndSet(true, false)) {
        events.tell(new InitEvent.BackendRecovered(name));
      }
      return answer;
    } catch (BackendUnavailableException e) {
      if (troubled.compareAndSet(false, true)) {
        events.tell(new InitEvent.BackendTroubled(name, e.getMessage(), consequence));
      }
      throw e;
    }
  }
}
