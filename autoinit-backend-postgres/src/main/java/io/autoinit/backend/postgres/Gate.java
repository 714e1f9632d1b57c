package io.autoinit.backend.postgres;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the connections that this process opens to one server, however many instances it has: a
 * JVM with 200 nodes must not take what 200 machines would. With the two connections of a leader
 * the bound is five.
 *
 * <p>A node's lock takes a place for as long as it is held, so nodes leave one place for the
 * others; and since a node phase may be long, a node waits for its place only a moment and then
 * goes on without.
 */
final class Gate {

  private static final int PLACES = 3;
  private static final int FOR_NODES = 2;
  private static final Duration PATIENCE_OF_NODES = Duration.ofMillis(500);
  private static final Map<String, Gate> GATES = new ConcurrentHashMap<>();

  private final Semaphore places = new Semaphore(PLACES, true);
  private final Semaphore nodes = new Semaphore(FOR_NODES, true);

  static Gate of(String address) {
    return GATES.computeIfAbsent(address, a -> new Gate());
  }

  /** A place for a brief connection; empty if none came free in time. */
  Optional<Pass> enter(Duration patience) {
    return acquire(places, patience) ? Optional.of(new Pass(places::release)) : Optional.empty();
  }

  /** A place for a node's lock, or the leave to go on without one. */
  Pass enterAsNode() {
    long begun = System.nanoTime();
    if (!acquire(nodes, PATIENCE_OF_NODES)) {
      return new Pass(() -> {});
    }
    if (!acquire(places, PATIENCE_OF_NODES.minusNanos(System.nanoTime() - begun))) {
      nodes.release();
      return new Pass(() -> {});
    }
    return new Pass(
        () -> {
          places.release();
          nodes.release();
        });
  }

  /** An interrupt does not cut the wait short, which is bounded; it stays set. */
  private static boolean acquire(Semaphore semaphore, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return semaphore.tryAcquire(
              Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A place taken. Closing it twice is closing it once. */
  static final class Pass implements AutoCloseable {

    private final Runnable leave;
    private final AtomicBoolean left = new AtomicBoolean();

    private Pass(Runnable leave) {
      this.leave = leave;
    }

    @Override
    public void close() {
      if (left.compareAndSet(false, true)) {
        leave.run();
      }
    }
  }
}
