package io.autoinit.benchmarks;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import io.autoinit.core.AutoInit;
import io.autoinit.core.protocol.Events;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What happens inside of a process, without a store. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Inside {

  private static final int EVENTS = 1_000;

  private final Map<String, String> environment =
      Map.of(
          "AUTOINIT_RUN_ID", "micro",
          "AUTOINIT_BACKENDS_REDIS_URL", "redis://127.0.0.1:6379",
          "AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:postgresql://127.0.0.1:5432/micro",
          "AUTOINIT_BACKENDS_POSTGRES_USER", "micro",
          "AUTOINIT_BACKENDS_POSTGRES_PASSWORD", "micro");

  private final AtomicInteger heard = new AtomicInteger();
  private final Events events = Events.queued(List.of(event -> heard.incrementAndGet()));
  private final InitEvent event =
      new InitEvent.LeaseRenewed(Phase.INFRASTRUCTURE, Duration.ofMillis(1));

  /** Reads all settings and makes a start of them; no store is opened. */
  @Benchmark
  public void readSettings() {
    AutoInit.builder()
        .environment(environment)
        .systemProperties(new Properties())
        .withoutDiscoveredSteps()
        .build()
        .close();
  }

  /** Tells a listener, and waits until it has heard. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void dispatchEvent() {
    heard.set(0);
    for (int i = 0; i < EVENTS; i++) {
      events.tell(event);
    }
    while (heard.get() < EVENTS) {
      LockSupport.parkNanos(1_000);
    }
  }

  /** Ends the thread of the listener. */
  @TearDown
  public void close() {
    events.close();
  }
}
