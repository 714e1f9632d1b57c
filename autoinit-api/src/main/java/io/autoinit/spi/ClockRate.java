package io.autoinit.spi;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How fast the clock of a store goes beside this machine's monotonic clock, as bounds: within one
 * look of a second a rate is known no better than the answers took. Offsets do not matter, since
 * ages are measured by one clock (READY-6).
 *
 * @param least the slowest that it can be
 * @param most the fastest that it can be
 */
public record ClockRate(double least, double most) {

  private static final Duration SPAN = Duration.ofMillis(500);

  /** What the protocol allows the clocks of a leader and of a store to differ by. */
  private static final double BORNE = 0.1;

  /**
   * Looks at a clock twice, half a second apart.
   *
   * @param clock asks the store what time it is, from any zero
   * @param resolution the smallest step of its answers
   * @return the bounds; of an interrupted look whatever it saw until then
   */
  public static ClockRate of(Supplier<Duration> clock, Duration resolution) {
    long sentFirst = System.nanoTime();
    Duration first = clock.get();
    long gotFirst = System.nanoTime();
    try {
      TimeUnit.NANOSECONDS.sleep(SPAN.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long sentSecond = System.nanoTime();
    Duration second = clock.get();
    long gotSecond = System.nanoTime();
    long passed = second.minus(first).toNanos();
    return new ClockRate(
        (double) (passed - resolution.toNanos()) / (gotSecond - sentFirst),
        (double) (passed + resolution.toNanos()) / Math.max(1, sentSecond - gotFirst));
  }

  /**
   * What that means. Wrong is only what cannot be explained by slow answers.
   *
   * @param place the store, for people
   * @return an error if the clock surely goes more than a tenth wrong
   */
  public Finding finding(String place) {
    String seen =
        "the clock of %s goes at %d%% to %d%% of this machine's"
            .formatted(
                place, Math.round(Math.floor(least * 100)), Math.round(Math.ceil(most * 100)));
    if (most < 1 - BORNE || least > 1 + BORNE) {
      return Finding.error(
          "clock-rate",
          seen,
          "restart the time service of the machine that is wrong, for example systemctl restart chronyd, and of a virtual machine its host's");
    }
    return Finding.ok("clock-rate", seen);
  }
}
