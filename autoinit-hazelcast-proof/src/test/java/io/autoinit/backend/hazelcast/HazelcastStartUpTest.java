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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a node waits for before it knows anything. */
class HazelcastStartUpTest {

  private static final int ROUNDS = 5;
  private static final int MOST_ROUNDS = 20;
  private static final Duration MORE = Duration.ofMillis(200);

  @Test
  void aClientIsNotMuchLaterThanThatOfTheLibrary() {
    try (TestGrid grid = TestGrid.of(1)) {
      compare(
          "client",
          grid,
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
    try (TestGrid grid = TestGrid.fleet(1, 1)) {
      Map<String, String> settings = new HashMap<>(grid.member());
      settings.put("connect-timeout", "60s");
      settings.put("command-timeout", "60s");
      compare("member", grid, () -> Hazelcast.newHazelcastInstance(plainMember(grid)), settings);
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
      String what,
      TestGrid grid,
      Supplier<HazelcastInstance> library,
      Map<String, String> settings) {
    List<Duration> plain = new ArrayList<>();
    List<Duration> ours = new ArrayList<>();
    // The least of each is what the work costs; on a loaded machine it takes more rounds to see it.
    for (int i = 0; i < MOST_ROUNDS && (i < ROUNDS || isSlower(ours, plain)); i++) {
      long start = System.nanoTime();
      HazelcastInstance instance = library.get();
      assertThat(instance.<String, String>getMap("nothing").get("nothing")).isNull();
      plain.add(Duration.ofNanos(System.nanoTime() - start));
      instance.shutdown();
      assertThat(Records.soon(grid::isAlone)).isTrue();
      start = System.nanoTime();
      try (Backend backend = Records.open(settings)) {
        assertThat(backend.readiness().orElseThrow().find(Records.freshRun())).isEmpty();
        ours.add(Duration.ofNanos(System.nanoTime() - start));
      }
      // Whoever comes while another leaves is told to come again in a second.
      assertThat(Records.soon(grid::isAlone)).isTrue();
    }
    System.out.printf(
        "From nothing to the first answer of a %s, least of %d: the library %d ms, the backend %d ms%n",
        what, ours.size(), least(plain).toMillis(), least(ours).toMillis());
    assertThat(least(ours)).isLessThan(least(plain).plus(MORE));
  }

  private static boolean isSlower(List<Duration> ours, List<Duration> plain) {
    return least(ours).compareTo(least(plain).plus(MORE)) >= 0;
  }

  private static Duration least(List<Duration> times) {
    return Collections.min(times);
  }
}
