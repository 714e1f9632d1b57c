package io.autoinit.core;

import io.autoinit.InitEvent;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.settings.BackendInstance;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend instances: each is opened once, at first use, and shared by its roles. */
final class Backends implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  /** For a backend that hangs in a call; what it holds ends by itself then (LOCK-5). */
  private static final Duration LONGEST_END = Duration.ofSeconds(1);

  private final Events events;
  private final boolean aside;
  private final Map<String, Object> opening = new ConcurrentHashMap<>();
  private final Map<String, Backend> opened = new HashMap<>();
  private final Deque<String> inOrder = new ArrayDeque<>();

  /** How many calls of each instance were given up and are under way still. */
  private final Map<String, Integer> givenUp = new ConcurrentHashMap<>();

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

  /** One that hangs while it opens holds up who wants the same, and neither others nor a close. */
  private Backend open(BackendInstance instance) {
    synchronized (opening.computeIfAbsent(instance.name(), name -> new Object())) {
      Optional<Backend> known = known(instance);
      if (known.isPresent()) {
        return known.get();
      }
      Backend backend = aside ? instance.openAside() : instance.open();
      if (!keep(instance, backend)) {
        backend.close();
        throw closed();
      }
      return backend;
    }
  }

  /** What an instance waits for while it is called, if it is open and can tell. */
  Optional<BackendUnavailableException> waitsFor(String name) {
    return opened(name).flatMap(Backend::waitsFor);
  }

  private synchronized Optional<Backend> opened(String name) {
    return Optional.ofNullable(opened.get(name));
  }

  private synchronized Optional<Backend> known(BackendInstance instance) {
    if (closed) {
      throw closed();
    }
    return Optional.ofNullable(opened.get(instance.name()));
  }

  /** False if nobody is left who would close it. */
  private synchronized boolean keep(BackendInstance instance, Backend backend) {
    if (!closed) {
      opened.put(instance.name(), backend);
      inOrder.push(instance.name());
    }
    return !closed;
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("this AutoInit is closed");
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

  /**
   * A call of this instance was given up at the deadline, and may be under way for long: nobody
   * waits for its end either.
   */
  void givenUp(String name) {
    givenUp.merge(name, 1, Integer::sum);
  }

  /** Such a call has ended after all. */
  void ended(String name) {
    givenUp.merge(name, -1, Integer::sum);
  }

  private void close(String name, Backend backend) {
    if (givenUp.getOrDefault(name, 0) <= 0) {
      backend.close();
      return;
    }
    Thread end = new Thread(() -> closeQuietly(name, backend), "autoinit-closes-" + name);
    end.setDaemon(true);
    end.start();
    boolean interrupted = Thread.interrupted();
    try {
      end.join(LONGEST_END.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(String name, Backend backend) {
    try {
      backend.close();
    } catch (RuntimeException e) {
      LOG.debug("The backend {} did not close well: {}", name, e.getMessage());
    }
  }

  /** Closes in the reverse order of opening; one that fails does not keep the others open. */
  @Override
  public synchronized void close() {
    closed = true;
    RuntimeException first = null;
    for (String name : inOrder) {
      try {
        close(name, Objects.requireNonNull(opened.get(name)));
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
