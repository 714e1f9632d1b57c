package io.autoinit.benchmarks;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
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
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RoundTrips {

  private static final Duration TTL = Duration.ofSeconds(10);

  /** The store. */
  @Param({"redis", "postgres", "zookeeper", "hazelcast", "file"})
  public String store = "";

  private final LockName lock = LockName.infrastructure(new Namespace("micro"));
  private final Client client = new Client();

  /** What is open during a trial. */
  private static final class Client {
    private Optional<Backend> backend = Optional.empty();
    private Optional<RawClient> raw = Optional.empty();

    LockProvider locks() {
      return backend.flatMap(Backend::locks).orElseThrow();
    }

    ReadinessStore readiness() {
      return backend.flatMap(Backend::readiness).orElseThrow();
    }
  }

  /** Opens both clients. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    BackendProvider provider =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.type().equals(store))
            .findFirst()
            .orElseThrow();
    BackendConfig config = BackendConfig.of(store, "micro", provider, settings());
    client.backend = Optional.of(provider.open(config));
    client.raw = Optional.of(RawClient.of(store));
  }

  private Map<String, String> settings() {
    return switch (store) {
      case "redis" -> Map.of("url", Micro.setting("redis.url"));
      case "postgres" ->
          Map.of(
              "url", Micro.setting("postgres.url"),
              "user", Micro.setting("postgres.user"),
              "password", Micro.setting("postgres.password"));
      case "zookeeper" -> Map.of("connect", Micro.setting("zookeeper.connect"));
      case "file" -> Map.of("marker-dir", Micro.setting("directory"));
      default ->
          Map.of(
              "addresses", Micro.setting("hazelcast.address"),
              "cluster-name", Micro.setting("hazelcast.cluster"));
    };
  }

  /** Gets a lease and gives it back. */
  @Benchmark
  public void acquireAndRelease() {
    client.locks().tryAcquire(lock, TTL).orElseThrow().close();
  }

  /** The same round trips without autoinit. */
  @Benchmark
  public void acquireAndReleaseByRawClient() throws Exception {
    client.raw.orElseThrow().acquireAndRelease();
  }

  /** Writes the first record of a run, and reads it. */
  @Benchmark
  public Optional<Observed<Readiness>> publishAndFind() {
    RunKey run = new RunKey(new Namespace("micro"), new RunId(UUID.randomUUID().toString()));
    client
        .readiness()
        .publish(
            new Readiness.Running(
                run, 1, "micro", List.of(), Optional.of("migrate"), 1, Optional.empty()));
    return client.readiness().find(run);
  }

  /** Closes both clients. */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    client.backend.orElseThrow().close();
    client.raw.orElseThrow().close();
  }
}
