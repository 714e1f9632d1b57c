package io.autoinit.benchmarks;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one client asks of one store, with nobody beside it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RoundTrips {

  /** The store. */
  @Param({"redis", "postgres", "zookeeper", "hazelcast", "file"})
  public String store = "";

  private Optional<Backend> backend = Optional.empty();

  /** Opens the client. */
  @Setup(Level.Trial)
  public void open() {
    backend = Optional.of(Leases.open(store));
  }

  /** Writes the first record of a run, and reads it. */
  @Benchmark
  public Optional<Observed<Readiness>> publishAndFind() {
    RunKey run = new RunKey(new Namespace("micro"), new RunId(UUID.randomUUID().toString()));
    ReadinessStore readiness = backend.flatMap(Backend::readiness).orElseThrow();
    readiness.publish(
        new Readiness.Running(
            run, 1, "micro", List.of(), Optional.of("migrate"), 1, Optional.empty()));
    return readiness.find(run);
  }

  /** Closes the client. */
  @TearDown(Level.Trial)
  public void close() {
    backend.orElseThrow().close();
  }
}
