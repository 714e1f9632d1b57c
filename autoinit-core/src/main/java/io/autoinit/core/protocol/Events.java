package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives events to the listeners, one at a time and in order, and keeps their mistakes from the
 * protocol. Queued events are told on a thread of their own, so that a log that blocks never stops
 * the heart of a lease. Safe for use by any thread.
 */
public final class Events implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int LONGEST_QUEUE = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Nobody may be kept from halting for long: a successor is about to begin. */
  private static final Duration PATIENCE_AT_HALT = Duration.ofMillis(100);

  /** Longer than a heartbeat: no heart waits for a thread to be started, which may take long. */
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);

  private final List<InitListener> listeners;
  private final boolean direct;
  private final AtomicLong dropped = new AtomicLong();
  private final ThreadPoolExecutor teller;

  private Events(List<InitListener> listeners, boolean direct) {
    this.listeners = List.copyOf(listeners);
    this.direct = direct;
    this.teller =
        new ThreadPoolExecutor(
            1,
            1,
            LONGEST_IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(LONGEST_QUEUE),
            work -> {
              Thread thread = new Thread(work, "autoinit-events");
              thread.setDaemon(true);
              return thread;
            },
            (work, full) -> dropped.incrementAndGet());
    teller.allowCoreThreadTimeOut(true);
  }

  /**
   * Events that wait for a thread of their own.
   *
   * @param listeners who listens, in the order in which they hear
   * @return the events, to be closed
   */
  public static Events queued(List<InitListener> listeners) {
    return new Events(listeners, false);
  }

  /**
   * Events that are told on the thread on which they happen.
   *
   * @param listeners who listens, in the order in which they hear
   * @return the events
   */
  static Events direct(List<InitListener> listeners) {
    return new Events(listeners, true);
  }

  /**
   * Tells every listener.
   *
   * @param event what happened
   */
  public void tell(InitEvent event) {
    if (direct) {
      tellNow(event);
    } else {
      teller.execute(() -> tellNow(event));
    }
  }

  private void tellNow(InitEvent event) {
    for (InitListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        LOG.warn("The listener {} failed on {}", listener.getClass().getName(), event, e);
      }
    }
  }

  /**
   * Waits until all listeners have heard what was told so far, but for a tenth of a second at most.
   */
  public void awaitTold() {
    if (direct) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      teller.submit(() -> {}).get(PATIENCE_AT_HALT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Nor is that logged: a log that blocks may be what they wait for.
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits a moment until all listeners have heard everything, and ends the thread. */
  @Override
  public void close() {
    teller.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!teller.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        teller.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (dropped.get() > 0) {
      LOG.warn("{} events were not told: the listeners were too slow", dropped.get());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
