package io.autoinit.backend.zookeeper;

import java.time.Duration;

/** When an operation is to have ended, by the monotonic clock. */
record Deadline(long nanos) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** This one, or one that comes sooner. */
  Deadline orIn(Duration time) {
    Deadline other = in(time);
    return other.leftNanos() < leftNanos() ? other : this;
  }

  long leftNanos() {
    return nanos - System.nanoTime();
  }

  boolean passed() {
    return leftNanos() <= 0;
  }
}
