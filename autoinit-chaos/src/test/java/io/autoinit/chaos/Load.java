package io.autoinit.chaos;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How busy the machine is while fleets run, with them and with whatever else it does. */
final class Load {

  private static final int PAUSE_MILLIS = 5_000;

  private final DoubleAdder sum = new DoubleAdder();
  private final LongAdder samples = new LongAdder();

  private Load() {}

  /** Measures from now on. */
  static Load measure() {
    var load = new Load();
    var thread = new Thread(load::sample, "chaos-load");
    thread.setDaemon(true);
    thread.start();
    return load;
  }

  private void sample() {
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        sum.add(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        samples.increment();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The average so far, in words. */
  String told() {
    return told(sum.sum() / Math.max(1, samples.sum()));
  }

  static String told(double load) {
    return String.format(
        Locale.ROOT,
        "a load of %.0f on %d processors",
        load,
        Runtime.getRuntime().availableProcessors());
  }
}
