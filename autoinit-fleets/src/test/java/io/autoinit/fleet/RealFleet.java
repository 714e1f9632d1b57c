package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.core.AutoInit;
import io.autoinit.core.Outcome;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as separate hosts would have them: each with its own {@link AutoInit}, its own backends and
 * its own marker directory, started at once.
 */
final class RealFleet implements AutoCloseable {

  /** How a node ended. */
  record End(String node, List<Outcome> outcomes, @Nullable Throwable thrown, Instant at) {
    int ran(Phase phase) {
      return outcomes.stream().filter(o -> o.phase() == phase).mapToInt(Outcome::ran).sum();
    }
  }

  /** What one node heard. */
  record Heard(String node, InitEvent event, Instant at) {}

  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  final List<Heard> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger migrations = new AtomicInteger();
  final AtomicInteger seedings = new AtomicInteger();
  final CountDownLatch migrated = new CountDownLatch(1);
  private final Duration work;

  RealFleet(Path directory, Duration work) {
    this.directory = directory;
    this.work = work;
    settings.put("AUTOINIT_RUN_ID", "r1");
    settings.put("AUTOINIT_TIMEOUT_SEC", "60");
  }

  /** Nodes on Postgres for locks and the ledger, and on Redis for the signal. */
  static RealFleet onReferencePairing(
      Path directory, Duration work, TestPostgres postgres, TestRedis redis) {
    return new RealFleet(directory, work)
        .with("AUTOINIT_BACKENDS_POSTGRES_URL", postgres.jdbcUrl())
        .with("AUTOINIT_BACKENDS_POSTGRES_USER", postgres.user())
        .with("AUTOINIT_BACKENDS_POSTGRES_PASSWORD", postgres.password())
        .with("AUTOINIT_BACKENDS_REDIS_URL", redis.url());
  }

  void assertThatAllStartedAndNothingRanTwice(List<End> ends) {
    assertThat(ends).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThat(migrations).hasValue(1);
    assertThat(seedings).hasValue(1);
    assertThat(ends.stream().mapToInt(end -> end.ran(Phase.NODE)).sum()).isEqualTo(ends.size());
    Instant worked =
        heard.stream()
            .filter(
                h ->
                    h.event() instanceof InitEvent.StepSucceeded done && done.step().equals("seed"))
            .findFirst()
            .orElseThrow()
            .at();
    assertThat(heard)
        .filteredOn(
            h -> h.event() instanceof InitEvent.StepStarted step && step.phase() == Phase.NODE)
        .allSatisfy(h -> assertThat(h.at()).isAfter(worked));
  }

  RealFleet with(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  private final class FleetStep implements InitStep {
    private final String name;
    private final Phase phase;
    private final AtomicInteger runs;

    FleetStep(String name, Phase phase, AtomicInteger runs) {
      this.name = name;
      this.phase = phase;
      this.runs = runs;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Phase phase() {
      return phase;
    }

    @Override
    public void run(StepContext context) throws InterruptedException {
      runs.incrementAndGet();
      if (phase == Phase.NODE) {
        return;
      }
      Instant end = Instant.now().plus(work);
      while (Instant.now().isBefore(end)) {
        TimeUnit.MILLISECONDS.sleep(20);
        context.requireHeld();
      }
      if (name.equals("migrate")) {
        migrated.countDown();
      }
    }
  }

  /** Starts nodes at once. */
  List<Future<End>> start(int from, int to) {
    List<Future<End>> ends = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String node = "node-" + i;
      ends.add(threads.submit(() -> run(node)));
    }
    return ends;
  }

  private End run(String node) {
    Map<String, String> environment = new LinkedHashMap<>(settings);
    environment.put("HOSTNAME", node);
    environment.put("AUTOINIT_MARKER_DIR", directory.resolve(node).toString());
    try (AutoInit start =
        AutoInit.builder()
            .environment(environment)
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .step(new FleetStep("migrate", Phase.INFRASTRUCTURE, migrations))
            .step(new FleetStep("seed", Phase.INFRASTRUCTURE, seedings))
            .step(new FleetStep("files", Phase.NODE, new AtomicInteger()))
            .listener(event -> heard.add(new Heard(node, event, Instant.now())))
            .build()) {
      return new End(node, start.run(), null, Instant.now());
    } catch (RuntimeException e) {
      return new End(node, List.of(), e, Instant.now());
    }
  }

  /** Lets something happen later. */
  Future<?> after(Duration delay, Runnable what) {
    return clock.schedule(what, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  static List<End> await(List<Future<End>> ends, Duration atMost) throws Exception {
    Instant deadline = Instant.now().plus(atMost);
    List<End> done = new ArrayList<>();
    for (Future<End> end : ends) {
      long left = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
      done.add(end.get(left, TimeUnit.MILLISECONDS));
    }
    return done;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
