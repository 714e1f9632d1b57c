package io.autoinit.fleet;

import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ZooKeeper alone, and beside another signal. */
class FleetOnZooKeeperTest {

  private static final int NODES = 10;
  private static final Duration WORK = Duration.ofSeconds(1);
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  @Test
  void nodesThatHaveNothingButZooKeeperTakeItForAllThreeRoles(@TempDir Path directory)
      throws Exception {
    try (TestingServer zookeeper = start();
        RealFleet fleet = on(zookeeper, directory)) {
      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, NODES), ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  @Test
  void zooKeeperLocksAndRedisSignals(@TempDir Path directory) throws Exception {
    try (TestingServer zookeeper = start();
        TestRedis redis = TestRedis.start();
        RealFleet fleet = on(zookeeper, directory)) {
      fleet
          .with("AUTOINIT_BACKENDS_REDIS_URL", redis.url())
          .with("AUTOINIT_LOCKS", "zookeeper")
          .with("AUTOINIT_READINESS", "redis");
      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, NODES), ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  private static RealFleet on(TestingServer zookeeper, Path directory) {
    return new RealFleet(directory, WORK)
        .with("AUTOINIT_BACKENDS_ZOOKEEPER_CONNECT", zookeeper.getConnectString());
  }

  /** With the limits and the tick of a server that nobody has set up. */
  private static TestingServer start() throws Exception {
    Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1");
    return new TestingServer(
        new InstanceSpec(null, -1, -1, -1, true, -1, 2000, 60, loopback), true);
  }
}
