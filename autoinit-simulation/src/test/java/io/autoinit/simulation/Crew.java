package io.autoinit.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that simulations use one after the other; one of them runs at a time. Belongs to one
 * thread, which waits for the end of each simulation.
 */
final class Crew implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Hand> all = new ArrayList<>();
  private final Deque<Hand> idle = new ArrayDeque<>();
  private final Thread owner = Thread.currentThread();
  private volatile boolean finished;

  Hand hire() {
    Hand free = idle.poll();
    if (free != null) {
      return free;
    }
    Hand hand = new Hand(this, all.size());
    all.add(hand);
    hand.start();
    return hand;
  }

  void dismiss(Hand hand) {
    idle.push(hand);
  }

  /** Lets the first work begin, and waits until the last has ended. */
  void run(Work first) {
    finished = false;
    first.resume();
    boolean interrupted = false;
    while (!finished) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void finish() {
    finished = true;
    LockSupport.unpark(owner);
  }

  /** How many threads are in the middle of some work. */
  int busy() {
    return all.size() - idle.size();
  }

  /** Sends everybody home. */
  @Override
  public void close() {
    for (Hand hand : all) {
      hand.take(null);
      hand.give();
    }
    boolean interrupted = false;
    for (Hand hand : all) {
      try {
        hand.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
