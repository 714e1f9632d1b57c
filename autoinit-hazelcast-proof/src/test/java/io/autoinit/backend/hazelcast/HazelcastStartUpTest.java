package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a node waits for before it knows anything. */
class HazelcastStartUpTest {

  private static final int ROUNDS = 5;
  private static final Duration MORE = Duration.ofMillis(200);

  @Test
  void aClientIsNotMuchLaterThanThatOfTheLibrary() {
    try (TestGrid grid = TestGrid.of(1)) {
      compare(
          "client",
          () -> {
            ClientConfig config = new ClientConfig().setClusterName(grid.cluster());
            config.setProperty("hazelcast.logging.type", "none");
            config.getNetworkConfig().addAddress(grid.members());
            return HazelcastClient.newHazelcastClient(config);
          },
          grid.settings());
    }
  }

  @Test
  void aMemberIsNotMuchLaterThanThatOfTheLibrary() {
    try (TestGrid grid = TestGrid.of(1)) {
      compare(
          "member",
          () -> Hazelcast.newHazelcastInstance(plainMember(grid)),
          Map.of(
              "mode", "member",
              "members", grid.members(),
              "bind", "127.0.0.1",
              "port", Integer.toString(TestGrid.freePort()),
              "cluster-name", grid.cluster(),
              "connect-timeout", "60s",
              "command-timeout", "60s"));
    }
  }

  private static Config plainMember(TestGrid grid) {
    Config config = new Config().setClusterName(grid.cluster());
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.local.localAddress", "127.0.0.1");
    config.getNetworkConfig().setPort(TestGrid.freePort());
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    var join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember(grid.members());
    return config;
  }

  /** What takes turns with the other is slow when the other is slow. */
  private static void compare(
      String what, Supplier<HazelcastInstance> library, Map<String, String> settings) {
    List<Duration> plain = new ArrayList<>();
    List<Duration> ours = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      HazelcastInstance instance = library.get();
      assertThat(instance.<String, String>getMap("nothing").get("nothing")).isNull();
      plain.add(Duration.ofNanos(System.nanoTime() - start));
      instance.shutdown();
      start = System.nanoTime();
      try (Backend backend = Records.open(settings)) {
        assertThat(backend.readiness().orElseThrow().find(Records.freshRun())).isEmpty();
        ours.add(Duration.ofNanos(System.nanoTime() - start));
      }
    }
    System.out.printf(
        "From nothing to the first answer of a %s, median of %d: the library %d ms, the backend %d ms%n",
        what, ROUNDS, median(plain).toMillis(), median(ours).toMillis());
    // On a loaded machine all is slower, the library too.
    assertThat(median(ours)).isLessThan(median(plain).multipliedBy(3).plus(MORE));
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
