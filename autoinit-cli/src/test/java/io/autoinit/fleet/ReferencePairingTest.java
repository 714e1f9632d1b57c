package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Postgres keeps the lock and the ledger, Redis carries the signal, and either may fail. */
class ReferencePairingTest {

  private static final int NODES = 10;
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  private static RealFleet fleet(
      Path directory, Duration work, TestPostgres postgres, TestRedis redis) {
    return new RealFleet(directory, work)
        .with("AUTOINIT_BACKENDS_POSTGRES_URL", postgres.jdbcUrl())
        .with("AUTOINIT_BACKENDS_POSTGRES_USER", postgres.user())
        .with("AUTOINIT_BACKENDS_POSTGRES_PASSWORD", postgres.password())
        .with("AUTOINIT_BACKENDS_REDIS_URL", redis.url());
  }

  private static void assertThatAllStartedAndNothingRanTwice(
      RealFleet fleet, List<RealFleet.End> ends) {
    assertThat(ends).allSatisfy(end -> assertThat(end.thrown()).isNull());
    assertThat(fleet.migrations).hasValue(1);
    assertThat(fleet.seedings).hasValue(1);
    assertThat(ends.stream().mapToInt(end -> end.ran(Phase.NODE)).sum()).isEqualTo(ends.size());
    Instant worked =
        fleet.heard.stream()
            .filter(
                h ->
                    h.event() instanceof InitEvent.StepSucceeded done && done.step().equals("seed"))
            .findFirst()
            .orElseThrow()
            .at();
    assertThat(fleet.heard)
        .filteredOn(
            h -> h.event() instanceof InitEvent.StepStarted step && step.phase() == Phase.NODE)
        .allSatisfy(h -> assertThat(h.at()).isAfter(worked));
  }

  @Test
  void tenNodesStartAtOnceAndAreReleasedTogether(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofSeconds(1), postgres, redis)) {
      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, NODES), ENOUGH);

      assertThatAllStartedAndNothingRanTwice(fleet, ends);
    }
  }

  @Test
  void redisThatStopsDuringTheWaitIsDoneWithout(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofSeconds(3), postgres, redis)) {
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      assertThat(fleet.migrated.await(30, TimeUnit.SECONDS)).isTrue();
      redis.kill();

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      assertThatAllStartedAndNothingRanTwice(fleet, ends);
    }
  }

  @Test
  void redisThatStartsLateIsDoneWithout(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofSeconds(2), postgres, redis)) {
      redis.stop();
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      assertThat(fleet.migrated.await(30, TimeUnit.SECONDS)).isTrue();
      redis.restart();

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      assertThatAllStartedAndNothingRanTwice(fleet, ends);
    }
  }

  @Test
  void redisFlushedAfterReadyIsRepairedAndNothingRunsAgain(@TempDir Path directory)
      throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofMillis(500), postgres, redis)) {
      List<RealFleet.End> ends = new ArrayList<>(RealFleet.await(fleet.start(0, 3), ENOUGH));
      try (RedisClient client = RedisClient.create(redis.url())) {
        client.flushAll();
      }
      Instant flushed = Instant.now();

      List<RealFleet.End> late = RealFleet.await(fleet.start(3, NODES), ENOUGH);

      ends.addAll(late);
      assertThatAllStartedAndNothingRanTwice(fleet, ends);
      assertThat(late).allSatisfy(end -> assertThat(end.at()).isBefore(flushed.plusSeconds(5)));
    }
  }

  @Test
  void postgresThatStartsTwentySecondsLateIsWaitedFor(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofMillis(500), postgres, redis)) {
      postgres.stop();
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      Future<?> restarted = fleet.after(Duration.ofSeconds(20), postgres::restart);

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      restarted.get(1, TimeUnit.SECONDS);
      assertThat(fleet.heard)
          .anySatisfy(h -> assertThat(h.event()).isInstanceOf(InitEvent.BackendTroubled.class));

      assertThatAllStartedAndNothingRanTwice(fleet, ends);
    }
  }

  @Test
  void postgresThatNeverComesIsAClearErrorAtTheDeadline(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = fleet(directory, Duration.ofMillis(500), postgres, redis)) {
      fleet.with("AUTOINIT_TIMEOUT_SEC", "4");
      postgres.stop();

      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, 3), Duration.ofSeconds(30));

      assertThat(ends).allSatisfy(end -> assertThat(end.thrown()).isNotNull());
      assertThat(ends)
          .anySatisfy(
              end ->
                  assertThat(end.thrown())
                      .isInstanceOf(io.autoinit.spi.BackendUnavailableException.class)
                      .hasMessageContaining("Postgres"));
      assertThat(fleet.migrations).hasValue(0);
    }
  }
}
