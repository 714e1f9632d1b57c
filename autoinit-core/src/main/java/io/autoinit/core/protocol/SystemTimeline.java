package io.autoinit.core.protocol;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The timeline of the real world. */
public final class SystemTimeline implements Timeline {

  private final long origin = System.nanoTime();

  @Override
  public Duration now() {
    return Duration.ofNanos(System.nanoTime() - origin);
  }

  @Override
  public Signal signal() {
    return new SemaphoreSignal();
  }

  @Override
  public Task start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return new ThreadTask(thread);
  }

  @Override
  public Duration random(Duration bound) {
    return bound.isZero() || bound.isNegative()
        ? Duration.ZERO
        : Duration.ofNanos(ThreadLocalRandom.current().nextLong(bound.toNanos()));
  }

  private static final class SemaphoreSignal implements Signal {

    private final Semaphore rings = new Semaphore(0);

    @Override
    public void raise() {
      rings.release();
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
      boolean rang = rings.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
      rings.drainPermits();
      return rang;
    }
  }

  private record ThreadTask(Thread thread) implements Task {

    @Override
    public void interrupt() {
      thread.interrupt();
    }

    @Override
    public boolean join(Duration atMost) throws InterruptedException {
      TimeUnit.NANOSECONDS.timedJoin(thread, atMost.toNanos());
      return !thread.isAlive();
    }
  }
}
