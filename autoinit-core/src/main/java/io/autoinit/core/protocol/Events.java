package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives events to the listeners, one at a time, and keeps their mistakes from the protocol. */
public final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final List<InitListener> listeners;

  /**
   * Collects the listeners.
   *
   * @param listeners who listens, in the order in which they hear
   */
  public Events(List<InitListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Tells every listener.
   *
   * @param event what happened
   */
  public synchronized void tell(InitEvent event) {
    for (InitListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        LOG.warn("The listener {} failed on {}", listener.getClass().getName(), event, e);
      }
    }
  }
}
