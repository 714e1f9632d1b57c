package io.autoinit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What one node does while the others wait: until all of them do wait, and three seconds more. */
final class Work {

  /** What a slow machine does to a fleet, which is no error of it: a lease that ended. */
  static final String STALLED = "stalled: ";

  private static final Duration LASTS = Duration.ofSeconds(3);
  private static final Duration GATHERING = Duration.ofSeconds(90);

  private final CountDownLatch missing;
  private final Runnable whenEnded;
  private final AtomicInteger times = new AtomicInteger();
  private final AtomicInteger workers = new AtomicInteger();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> stalls = new CopyOnWriteArrayList<>();
  private volatile long ended;

  Work(int nodes, Runnable whenEnded) {
    missing = new CountDownLatch(nodes);
    this.whenEnded = whenEnded;
  }

  /** Called once by each node when there is nothing left to do but to work or wait. */
  void arrived() {
    missing.countDown();
  }

  /** A node that has ended in error: nobody waits for it any more. */
  void gone() {
    missing.countDown();
  }

  void run() throws InterruptedException {
    times.incrementAndGet();
    if (workers.incrementAndGet() > 1) {
      errors.add("two nodes worked at the same time");
    }
    try {
      work();
    } finally {
      workers.decrementAndGet();
    }
  }

  private void work() throws InterruptedException {
    if (!missing.await(GATHERING.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "%d nodes did not come within %s".formatted(missing.getCount(), GATHERING));
    }
    // Who came last still has to ask and to subscribe, and then it is measured how all wait.
    TimeUnit.NANOSECONDS.sleep(LASTS.toNanos());
    whenEnded.run();
    ended = System.nanoTime();
  }

  /** A leader that lost its lease: another node does the work again then. */
  void lost(String reason) {
    stalls.add(STALLED + "a leader stopped: " + reason);
  }

  /** Whatever is not as it should be; empty if the work was done once. */
  List<String> troubles() {
    List<String> all = new ArrayList<>(errors);
    all.addAll(stalls);
    if (times.get() != 1) {
      // As the protocol has it once a leader has stopped, and never otherwise.
      String why = stalls.isEmpty() ? "" : STALLED;
      all.add(why + "the work was begun %d times".formatted(times.get()));
    }
    return all;
  }

  boolean allArrived() {
    return missing.getCount() == 0;
  }

  /** The moment from which a release is measured; 0 before. */
  long ended() {
    return ended;
  }
}
