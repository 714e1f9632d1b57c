package io.autoinit.tck;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What is to happen when, in a bounded time that begins once. For one thread. */
final class HistoryPlan {

  /** Something to be done a time after the beginning. */
  private record Happening(long at, Runnable deed) {}

  private final PriorityQueue<Happening> plan =
      new PriorityQueue<>(Comparator.comparingLong(Happening::at));
  private Random random = new Random();
  private long begin;
  private long length;

  void begin(Duration length, Random random) {
    this.random = random;
    this.length = length.toNanos();
    this.begin = System.nanoTime();
  }

  Random random() {
    return random;
  }

  /** Whether some times the length have passed. */
  boolean passed(int times) {
    return passed() >= times * length;
  }

  /** Between two parts of the whole time, given as 0 to 1. */
  void at(double earliest, double latest, Runnable deed) {
    double part = earliest + random.nextDouble() * (latest - earliest);
    plan.add(new Happening((long) (part * length), deed));
  }

  void after(long millis, Runnable deed) {
    plan.add(new Happening(passed() + TimeUnit.MILLISECONDS.toNanos(millis), deed));
  }

  void doWhatIsDue() {
    while (!plan.isEmpty() && plan.peek().at() <= passed()) {
      plan.remove().deed().run();
    }
  }

  private long passed() {
    return System.nanoTime() - begin;
  }
}
