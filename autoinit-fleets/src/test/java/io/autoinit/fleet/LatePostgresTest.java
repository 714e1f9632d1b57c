package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole fleet is there, and its database is not yet. */
class LatePostgresTest {

  private static final int NODES = 10;
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  @Test
  void postgresThatStartsTwentySecondsLateIsWaitedFor(@TempDir Path directory) throws Exception {
    try (TestPostgres postgres = TestPostgres.start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet =
            RealFleet.onReferencePairing(directory, Duration.ofMillis(500), postgres, redis)) {
      postgres.stop();
      List<Future<RealFleet.End>> running = fleet.start(0, NODES);
      Future<?> restarted = fleet.after(Duration.ofSeconds(20), postgres::restart);

      List<RealFleet.End> ends = RealFleet.await(running, ENOUGH);

      restarted.get(1, TimeUnit.SECONDS);
      assertThat(fleet.heard)
          .anySatisfy(h -> assertThat(h.event()).isInstanceOf(InitEvent.BackendTroubled.class));

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }
}
