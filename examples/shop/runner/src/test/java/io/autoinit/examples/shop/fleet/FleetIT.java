package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the demonstration, as tests use them. */
class FleetIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of("");

  @Test
  void aFleetLosesItsLeaderIsAskedAndGetsAReplicaBack() throws Exception {
    Story story = new Story(System.out);
    Map<String, String> more = Map.of("AUTOINIT_RUN_ID", "v43", "SHOP_SEED_PAUSE_MS", "5");
    try (Servers servers = Servers.start(Backend.FILE, directory.resolve("fleet"));
        Fleet fleet = new Fleet(built(), servers, directory, more, story)) {
      fleet.start(2);
      Optional<Fleet.Kill> kill = fleet.killAt("seed", "10,000", PATIENCE);
      assertThat(kill).isPresent();
      assertThat(fleet.settle(PATIENCE)).isTrue();

      Replica left = fleet.replicas().stream().filter(r -> !r.killed()).findFirst().orElseThrow();
      Container.Answer answer = fleet.autoinit(left, "ready", "check");
      assertThat(answer.code()).isZero();
      assertThat(answer.out()).contains("v43", "READY", left.name());

      Replica killed = kill.orElseThrow().leader();
      Replica back = fleet.start(killed.name(), killed.shares());
      assertThat(fleet.settle(PATIENCE)).isTrue();
      assertThat(back.first("phase-skipped", "infrastructure")).isPresent();
      assertThat(StepRun.products(servers.postgres())).isEqualTo(Facts.ALL_PRODUCTS);
    }
  }

  private static Built built() {
    return new Built(Path.of(System.getProperty("shop.run")).resolve("../../..").normalize());
  }
}
