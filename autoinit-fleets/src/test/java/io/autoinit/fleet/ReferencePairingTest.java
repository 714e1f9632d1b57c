package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

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

  @Test
  void tenNodesStartAtOnceAndAreReleasedTogether(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofSeconds(1), postgres, redis)) {
      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, NODES), ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  @Test
  void redisThatStopsDuringTheWaitIsDoneWithout(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofSeconds(3), postgres, redis)) {
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      assertThat(fleet.migrated.await(30, TimeUnit.SECONDS)).isTrue();
      redis.kill();

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  @Test
  void redisThatStartsLateIsDoneWithout(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofSeconds(2), postgres, redis)) {
      redis.stop();
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      assertThat(fleet.migrated.await(30, TimeUnit.SECONDS)).isTrue();
      redis.restart();

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  @Test
  void redisFlushedAfterReadyIsRepairedAndNothingRunsAgain(@TempDir Path directory)
      throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofMillis(500), postgres, redis)) {
      List<RealFleet.End> ends = new ArrayList<>(RealFleet.await(fleet.start(0, 3), ENOUGH));
      try (RedisClient client = RedisClient.create(redis.url())) {
        client.flushAll();
      }
      Instant flushed = Instant.now();

      List<RealFleet.End> late = RealFleet.await(fleet.start(3, NODES), ENOUGH);

      ends.addAll(late);
      fleet.assertThatAllStartedAndNothingRanTwice(ends);
      assertThat(late).allSatisfy(end -> assertThat(end.at()).isBefore(flushed.plusSeconds(5)));
    }
  }

  @Test
  void postgresThatNeverComesIsAClearErrorAtTheDeadline(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofMillis(500), postgres, redis)) {
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
