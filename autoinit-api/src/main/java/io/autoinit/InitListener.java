package io.autoinit;

/**
 * Hears what happens during a start: logs, progress displays, probes and metrics are listeners.
 *
 * <p>Called by any thread of the start, one event at a time for each listener, in the order of what
 * happened. A listener returns quickly; what it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface InitListener {

  /**
   * Hears of one event.
   *
   * @param event what happened
   */
  void on(InitEvent event);
}
