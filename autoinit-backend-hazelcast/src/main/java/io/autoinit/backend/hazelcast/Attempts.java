package io.autoinit.backend.hazelcast;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the attempts to get a lock that are under way, so that none of them wins behind the back
 * of a close (BACKEND-2). Safe for use by any thread.
 */
final class Attempts {

  // All below is guarded by this.
  private int underWay;
  private boolean closing;

  /** Whether a new attempt may begin; then it is to be ended. */
  synchronized boolean begin() {
    if (closing) {
      return false;
    }
    underWay++;
    return true;
  }

  synchronized void end() {
    underWay--;
    notifyAll();
  }

  synchronized boolean closing() {
    return closing;
  }

  /** Lets no more begin, and waits for those under way. An interrupt is kept for later. */
  synchronized void close(Duration longest) {
    closing = true;
    long end = System.nanoTime() + longest.toNanos();
    boolean interrupted = false;
    while (underWay > 0 && end - System.nanoTime() > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
