package io.autoinit.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.ConfigurationException;
import io.autoinit.core.AutoInit;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole fleets on each store alone, and on stores that share the work. */
class PairingsTest {

  private static final int NODES = 10;
  private static final Duration WORK = Duration.ofMillis(500);
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  private static final Deque<AutoCloseable> servers = new ArrayDeque<>();
  private static Map<String, Map<String, String>> settings = Map.of();

  @BeforeAll
  static void start() throws Exception {
    TestPostgres postgres = started(TestPostgres.start());
    TestRedis redis = started(TestRedis.start());
    TestingServer zookeeper = started(zookeeper());
    HazelcastInstance hazelcast = hazelcast();
    servers.push(hazelcast::shutdown);
    settings =
        Map.of(
            "postgres",
            Map.of(
                "AUTOINIT_BACKENDS_POSTGRES_URL", postgres.jdbcUrl(),
                "AUTOINIT_BACKENDS_POSTGRES_USER", postgres.user(),
                "AUTOINIT_BACKENDS_POSTGRES_PASSWORD", postgres.password()),
            "redis",
            Map.of("AUTOINIT_BACKENDS_REDIS_URL", redis.url()),
            "zookeeper",
            Map.of("AUTOINIT_BACKENDS_ZOOKEEPER_CONNECT", zookeeper.getConnectString()),
            "hazelcast",
            Map.of(
                "AUTOINIT_BACKENDS_HAZELCAST_ADDRESSES",
                "127.0.0.1:" + hazelcast.getCluster().getLocalMember().getAddress().getPort(),
                "AUTOINIT_BACKENDS_HAZELCAST_CLUSTER_NAME",
                hazelcast.getConfig().getClusterName()));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private static <S extends AutoCloseable> S started(S server) {
    servers.push(server);
    return server;
  }

  @ParameterizedTest(name = "locks: {0}, readiness: {1}, markers: {2}")
  @CsvSource({
    "postgres, postgres, postgres",
    "redis, redis, redis",
    "zookeeper, zookeeper, zookeeper",
    "hazelcast, hazelcast, hazelcast",
    "zookeeper, redis, file",
    "hazelcast, postgres, file",
    "postgres, hazelcast, file",
    "postgres, zookeeper, redis"
  })
  void aFleetStarts(String locks, String readiness, String markers, @TempDir Path directory)
      throws Exception {
    try (RealFleet fleet =
        new RealFleet(directory, WORK)
            .with("AUTOINIT_NAMESPACE", String.join("-", locks, readiness, markers))
            // A slow machine is no matter of the pairing; a session has a length of its own.
            .with(
                "AUTOINIT_TAKEOVER_DELAY", (locks + readiness).contains("zookeeper") ? "4s" : "20s")
            .with("AUTOINIT_LEASE_TTL", "30s")
            .with("AUTOINIT_LOCKS", locks)
            .with("AUTOINIT_READINESS", readiness)
            .with("AUTOINIT_MARKERS", markers)) {
      for (String store : List.of(locks, readiness, markers)) {
        settings.getOrDefault(store, Map.of()).forEach(fleet::with);
      }
      List<RealFleet.End> ends = RealFleet.await(fleet.start(0, NODES), ENOUGH);

      fleet.assertThatAllStartedAndNothingRanTwice(ends);
    }
  }

  /** Postgres has the locks by the reference order, which knows no second place after it. */
  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource({
    "postgres, zookeeper, readiness",
    "hazelcast, postgres, readiness",
    "hazelcast, zookeeper, locks readiness"
  })
  void whoseRoleItIsMustBeSaidWhereTwoCouldHaveIt(
      String one, String other, String roles, @TempDir Path markers) {
    Map<String, String> environment =
        new HashMap<>(Map.of("AUTOINIT_RUN_ID", "r1", "AUTOINIT_MARKER_DIR", markers.toString()));
    environment.putAll(settings.getOrDefault(one, Map.of()));
    environment.putAll(settings.getOrDefault(other, Map.of()));
    AutoInit.Builder builder =
        AutoInit.builder().environment(environment).systemProperties(new Properties());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(builder::build)
        .satisfies(
            e ->
                assertThat(e.problems())
                    .containsExactlyElementsOf(
                        Stream.of(roles.split(" ", -1))
                            .map(
                                role ->
                                    role.equals("locks")
                                        ? open(role, other, one)
                                        : open(role, one, other))
                            .toList()));
  }

  /** The first is proposed; of locks that is a strong one. */
  private static String open(String role, String first, String second) {
    return "autoinit.%s is open: %s and %s offer %s; choose one, for example by AUTOINIT_%s=%s"
        .formatted(role, first, second, role, role.toUpperCase(Locale.ROOT), first);
  }

  /** With the limits and the tick of a server that nobody has set up. */
  private static TestingServer zookeeper() throws Exception {
    Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1");
    return new TestingServer(
        new InstanceSpec(null, -1, -1, -1, true, -1, 2000, 60, loopback), true);
  }

  private static HazelcastInstance hazelcast() {
    Config config =
        new Config()
            .setClusterName("pairings-" + ProcessHandle.current().pid())
            .setProperty("hazelcast.logging.type", "none")
            .setProperty("hazelcast.phone.home.enabled", "false");
    config.getNetworkConfig().setPort(15_701).getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    return Hazelcast.newHazelcastInstance(config);
  }
}
