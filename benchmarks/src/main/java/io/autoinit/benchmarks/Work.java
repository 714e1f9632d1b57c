package io.autoinit.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What one node does while the others wait: three seconds, and until all of them do wait. */
final class Work {

  private static final Duration LASTS = Duration.ofSeconds(3);
  private static final Duration GATHERING = Duration.ofSeconds(90);

  private final CountDownLatch missing;
  private final AtomicInteger times = new AtomicInteger();
  private volatile long ended;

  Work(int nodes) {
    missing = new CountDownLatch(nodes);
  }

  /** Called once by each node when there is nothing left to do but to work or wait. */
  void arrived() {
    missing.countDown();
  }

  void run() throws InterruptedException {
    times.incrementAndGet();
    TimeUnit.NANOSECONDS.sleep(LASTS.toNanos());
    if (missing.getCount() > 0) {
      if (!missing.await(GATHERING.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "%d nodes did not come within %s".formatted(missing.getCount(), GATHERING));
      }
      // Who came last still has to ask and to subscribe.
      TimeUnit.SECONDS.sleep(2);
    }
    ended = System.nanoTime();
  }

  boolean allArrived() {
    return missing.getCount() == 0;
  }

  int times() {
    return times.get();
  }

  /** The moment from which a release is measured; 0 before. */
  long ended() {
    return ended;
  }
}
