package io.autoinit.core;

import io.autoinit.InitEvent;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.settings.BackendInstance;
import io.autoinit.spi.Backend;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend instances: each is opened once, at first use, and shared by its roles. */
final class Backends implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private final Events events;
  private final boolean aside;
  private final Map<String, Backend> opened = new HashMap<>();
  private final Deque<Backend> inOrder = new ArrayDeque<>();
  private final Set<String> warned = new HashSet<>();
  private boolean closed;

  /**
   * Opens none yet.
   *
   * @param aside whether this process takes no part in the fleet
   */
  Backends(Events events, boolean aside) {
    this.events = events;
    this.aside = aside;
  }

  /**
   * The facet of an instance. A backend that could not be opened is tried again at the next call.
   */
  <F> F facet(BackendInstance instance, Function<Backend, Optional<F>> facet) {
    return facet
        .apply(open(instance))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The backend '%s' lacks a facet that its provider %s declares"
                        .formatted(instance.name(), instance.provider().getClass().getName())));
  }

  /** What the instance says by itself. */
  Duration longestStandstill(BackendInstance instance) {
    return open(instance).longestStandstill();
  }

  private synchronized Backend open(BackendInstance instance) {
    if (closed) {
      throw new IllegalStateException("this AutoInit is closed");
    }
    Backend known = opened.get(instance.name());
    if (known != null) {
      return known;
    }
    Backend backend = aside ? instance.openAside() : instance.open();
    opened.put(instance.name(), backend);
    inOrder.push(backend);
    return backend;
  }

  /**
   * Tells once what a backend warns of. To be called when its store has answered: from one that is
   * away its warnings would be waited for in vain, and for as long as for an answer.
   *
   * @param keepsLocks whether the lock of the infrastructure phase is kept there
   */
  void tellWarnings(BackendInstance instance, boolean keepsLocks) {
    Backend backend;
    synchronized (this) {
      backend = opened.get(instance.name());
      if (backend == null || closed || !warned.add(instance.name())) {
        return;
      }
    }
    try {
      if (keepsLocks) {
        // Some stores warn of more where locks are kept in them.
        var unused = backend.locks();
      }
      backend.warnings().forEach(w -> events.tell(new InitEvent.Warned(w)));
    } catch (RuntimeException e) {
      // Whoever was answered must learn it: what matters is told by the next question.
      LOG.debug("No warnings: {}", e.getMessage());
    }
  }

  /** Closes in the reverse order of opening; one that fails does not keep the others open. */
  @Override
  public synchronized void close() {
    closed = true;
    RuntimeException first = null;
    for (Backend backend : inOrder) {
      try {
        backend.close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    inOrder.clear();
    opened.clear();
    events.close();
    if (first != null) {
      throw first;
    }
  }
}
