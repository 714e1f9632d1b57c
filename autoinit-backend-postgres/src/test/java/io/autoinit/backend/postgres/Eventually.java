package io.autoinit.backend.postgres;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.assertj.core.api.Assertions;

/** Polls to a deadline. */
final class Eventually {

  private static final long PAUSE_MILLIS = 10;

  private Eventually() {}

  /** Waits until something holds, and says how long that took. */
  static Duration within(Duration limit, String what, Callable<Boolean> holds) throws Exception {
    long begun = System.nanoTime();
    while (!holds.call()) {
      Duration waited = Duration.ofNanos(System.nanoTime() - begun);
      if (waited.compareTo(limit) > 0) {
        Assertions.fail("not within %s: %s", limit, what);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
