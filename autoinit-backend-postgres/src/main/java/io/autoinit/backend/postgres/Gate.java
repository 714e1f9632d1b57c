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
 * JVM with 200 nodes must not take what 200 machines would. A leader's two connections come on top:
 * with them, and the second one that a node needs while it gets its lock, the bound is five.
 *
 * <p>A node's lock takes a place for as long as it is held, and only one node does so at a time.
 * The others wait for it as long as node phases are short; when one is not, they go on without a
 * place, since nobody may wait for another node's phase, but one after the other.
 *
 * <p>Turns come one after the other, in the pace of the fleet or a little quicker: those that were
 * missed, since this process had no place for them or stood still, are not made up for at once.
 */
final class Gate {

  private static final int PLACES = 2;

  /** Below the distance of the fleet's turns, so that who is late gets on time again. */
  private static final Duration PACE = Duration.ofMillis(17);

  /** What a thread that woke up late may make up for. */
  private static final Duration ALLOWANCE = PACE.multipliedBy(3);

  /** How often the next node looks whether the one before is done; and who goes on without. */
  private static final Duration NODE_PACE = Duration.ofMillis(50);

  /** A phase of two seconds is short. */
  private static final int MOST_LOOKS = 40;

  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(30);
  private static final Map<String, Gate> GATES = new ConcurrentHashMap<>();

  private final Semaphore places = new Semaphore(PLACES, true);
  private final Semaphore node = new Semaphore(1, true);
  private final Semaphore turn = new Semaphore(1, true);
  private volatile long nextTurn = System.nanoTime();

  /** The node that is next; the others are behind it. */
  private final Semaphore line = new Semaphore(1, true);

  /** For how long the node that has the place was waited for; guarded by the line. */
  private int looks;

  private volatile long lastLife = System.nanoTime();

  static Gate of(String address) {
    return GATES.computeIfAbsent(address, a -> new Gate());
  }

  /**
   * A place for a brief connection. Waits as long as the server gives others theirs; empty if it
   * gave none for a while, and no place came free.
   */
  Optional<Pass> enter(Duration patience) {
    return enter(patience, System.nanoTime());
  }

  private Optional<Pass> enter(Duration patience, long begun) {
    while (true) {
      Duration left = patience.minus(sinceLife(begun));
      if (left.isNegative() || left.isZero()) {
        return Optional.empty();
      }
      if (acquire(places, left)) {
        return Optional.of(new Pass(places::release));
      }
    }
  }

  /**
   * The same for a turn: also no sooner than the pace allows. Who is before this one has as little
   * patience with the server, so the queue needs none of its own.
   */
  Optional<Pass> enterInTurn(Duration patience) {
    long begun = System.nanoTime();
    if (!acquire(turn, LONGEST_QUEUE)) {
      return enter(patience, begun);
    }
    try {
      awaitPace();
      Optional<Pass> pass = enter(patience, begun);
      long earliest = System.nanoTime() - ALLOWANCE.toNanos();
      nextTurn = (nextTurn - earliest > 0 ? nextTurn : earliest) + PACE.toNanos();
      return pass;
    } finally {
      turn.release();
    }
  }

  /** An interrupt cuts it short; it stays set. */
  private void awaitPace() {
    try {
      TimeUnit.NANOSECONDS.sleep(nextTurn - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server has let somebody in. */
  void sawLife() {
    lastLife = System.nanoTime();
  }

  /** The time since a moment, or since the server let somebody in, whichever came later. */
  Duration sinceLife(long moment) {
    Duration since = since(moment);
    Duration life = since(lastLife);
    return life.compareTo(since) < 0 ? life : since;
  }

  /**
   * A place for a node's lock, or the leave to go on without one: one node after the other, so that
   * a long phase is not followed by all others at once. Empty if the thread was interrupted while
   * others were before it; the interrupt stays set.
   */
  Optional<Pass> enterAsNode() {
    if (!acquireAsNextNode()) {
      return Optional.empty();
    }
    try {
      while (!acquire(node, NODE_PACE)) {
        if (Thread.currentThread().isInterrupted()) {
          return Optional.empty();
        }
        // Counted, not measured: while this process stands still no phase gets longer.
        looks++;
        if (looks >= MOST_LOOKS) {
          return Optional.of(new Pass(() -> {}));
        }
      }
      looks = 0;
      if (!acquire(places, LONGEST_QUEUE)) {
        node.release();
        return Optional.of(new Pass(() -> {}));
      }
      return Optional.of(
          new Pass(
              () -> {
                places.release();
                node.release();
              }));
    } finally {
      line.release();
    }
  }

  private boolean acquireAsNextNode() {
    if (line.tryAcquire()) {
      return true;
    }
    try {
      line.acquire();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Duration since(long moment) {
    return Duration.ofNanos(System.nanoTime() - moment);
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
