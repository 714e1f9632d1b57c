package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.tck.InMemoryStore;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever relies on a store that stands still is warned, whichever role it plays, and once. */
class StandstillTest {

  private static final String OF_LEADER = "a leader keeps its lease for 2.6 s without an answer";
  private static final String OF_NODE =
      "a node at work keeps its lease for 2.6 s without an answer";

  private static InMemoryStore grid = InMemoryStore.builder().volatileReadiness().build();
  private static InMemoryStore cache = InMemoryStore.builder().volatileReadiness().build();

  @TempDir private Path directory = Path.of("");
  private URLClassLoader loader = new URLClassLoader(new URL[0]);
  private final ClassLoader usual = Thread.currentThread().getContextClassLoader();

  /** Three roles, no durability; answers nobody for 6 s where a part of it stands still. */
  public static final class GridProvider implements BackendProvider {
    @Override
    public String type() {
      return "grid";
    }

    @Override
    public Set<Role> roles() {
      return EnumSet.allOf(Role.class);
    }

    @Override
    public Backend open(BackendConfig config) {
      Backend memory = grid.open(config.client());
      return new Backend() {
        @Override
        public Optional<LockProvider> locks() {
          return memory.locks();
        }

        @Override
        public Optional<ReadinessStore> readiness() {
          return memory.readiness();
        }

        @Override
        public Optional<MarkerStore> markers() {
          return memory.markers();
        }

        @Override
        public Duration longestStandstill() {
          return Duration.ofSeconds(6);
        }

        @Override
        public void close() {
          memory.close();
        }
      };
    }
  }

  /** Three roles, no durability, and no word of standing still. */
  public static final class CacheProvider implements BackendProvider {
    @Override
    public String type() {
      return "cache";
    }

    @Override
    public Set<Role> roles() {
      return EnumSet.allOf(Role.class);
    }

    @Override
    public Backend open(BackendConfig config) {
      return cache.open(config.client());
    }
  }

  @BeforeEach
  void findTheProviders() throws IOException {
    grid = InMemoryStore.builder().volatileReadiness().build();
    cache = InMemoryStore.builder().volatileReadiness().build();
    Path services = Files.createDirectories(directory.resolve("classes/META-INF/services"));
    Files.writeString(
        services.resolve(BackendProvider.class.getName()),
        GridProvider.class.getName() + "\n" + CacheProvider.class.getName());
    loader = new URLClassLoader(new URL[] {directory.resolve("classes").toUri().toURL()}, usual);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void forgetThem() throws IOException {
    Thread.currentThread().setContextClassLoader(usual);
    loader.close();
  }

  @Test
  void aGridThatKeepsAllIsToldOfOnce() {
    assertWarned(roles("grid", "grid", "grid"), OF_LEADER);
  }

  @Test
  void aLeaderRestsOnTheSignalWhereThereIsNoLedger() {
    assertWarned(roles("cache", "grid", "cache"), OF_LEADER);
  }

  @Test
  void aSignalBesideALedgerMayStandStill() {
    assertWarned(roles("file", "grid", "cache"));
  }

  @Test
  void aNodeRestsOnTheStoreOfItsMarkers() {
    assertWarned(roles("cache", "cache", "grid"), OF_NODE);
  }

  @Test
  void aMemberThatFindsAllDoneIsToldNothing() {
    Map<String, String> roles = roles("grid", "grid", "grid");
    assertThat(startOf(roles)).isNotEmpty();

    assertThat(startOf(roles)).isEmpty();
  }

  private void assertWarned(Map<String, String> roles, String... whom) {
    assertThat(startOf(roles)).satisfies(told -> assertOf(told, whom));
    assertThat(diagnosisOf(roles)).satisfies(told -> assertOf(told, whom));
  }

  private static void assertOf(List<? extends String> told, String... whom) {
    assertThat(told).hasSize(whom.length);
    for (int i = 0; i < whom.length; i++) {
      assertThat(told.get(i)).startsWith("'grid' answers nobody for 6 s").contains(whom[i]);
    }
  }

  private static Map<String, String> roles(String locks, String readiness, String markers) {
    return Map.of("locks", locks, "readiness", readiness, "markers", markers);
  }

  private List<String> startOf(Map<String, String> roles) {
    List<String> told = new CopyOnWriteArrayList<>();
    try (AutoInit start =
        builder(roles)
            .listener(
                event -> {
                  if (event instanceof InitEvent.Warned e) {
                    told.add(e.message());
                  }
                })
            .build()) {
      assertThat(start.run())
          .extracting(Outcome::phase)
          .containsExactly(Phase.INFRASTRUCTURE, Phase.NODE);
    }
    return told.stream().filter(words -> words.contains("answers nobody")).toList();
  }

  private List<String> diagnosisOf(Map<String, String> roles) {
    return builder(roles).diagnose().sections().stream()
        .flatMap(section -> section.findings().stream())
        .filter(finding -> finding.check().equals("standstill"))
        .map(Finding::sentence)
        .toList();
  }

  private AutoInit.Builder builder(Map<String, String> roles) {
    AutoInit.Builder builder =
        AutoInit.builder()
            .environment(
                Map.of("AUTOINIT_MARKER_DIR", directory.toString(), "AUTOINIT_RUN_ID", "v1"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps();
    roles.values().stream()
        .distinct()
        .filter(type -> !type.equals("file"))
        .forEach(type -> builder.set("autoinit.backends." + type + ".type", type, "the test"));
    roles.forEach((role, name) -> builder.set("autoinit." + role, name, "the test"));
    return builder;
  }
}
