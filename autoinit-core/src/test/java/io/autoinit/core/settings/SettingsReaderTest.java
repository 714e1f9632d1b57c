package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.NodeId;
import io.autoinit.spi.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sources say, and who wins. */
class SettingsReaderTest {

  private final Path directory;
  private final SettingsFixture given;

  SettingsReaderTest(@TempDir Path directory) {
    this.directory = directory;
    this.given = new SettingsFixture(directory);
  }

  @Test
  void nothingGivenMeansOneMachineAndFiles() {
    Settings settings = given.read();
    assertThat(settings.roles())
        .isEqualTo(Map.of(Role.LOCKS, "file", Role.READINESS, "file", Role.MARKERS, "file"));
    assertThat(settings.instance(Role.LOCKS).onThisMachine()).isTrue();
    assertThat(settings.timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.namespace().value()).isEqualTo("default");
    assertThat(settings.readinessKeyPrefix()).isEqualTo("autoinit:ready");
    assertThat(settings.markerDir()).isEqualTo(Path.of("/tmp/autoinit"));
    assertThat(settings.pace()).isEqualTo(Pace.STANDARD);
    assertThat(settings.runIdGiven()).isFalse();
    assertThat(settings.runId().value()).matches("dev-[0-9a-f]{8}");
    assertThat(given.read().runId()).isEqualTo(settings.runId());
  }

  @Test
  void theDefaultRunIdIsTheMd5OfTheWorkingDirectory() {
    assertThat(DefaultRunId.of(Path.of("/srv/shop")).value()).isEqualTo("dev-35fcd764");
  }

  @Test
  void laterSourcesWin() {
    given.file("autoinit { run-id = file, namespace = file, node-id = file, environment = file }");
    given.environment("AUTOINIT_NAMESPACE", "env").environment("AUTOINIT_NODE_ID", "env");
    given.environment("AUTOINIT_ENVIRONMENT", "env");
    given.property("autoinit.node-id", "prop").property("autoinit.environment", "prop");
    given.set("autoinit.environment", "set", "--environment");
    Settings settings = given.read();
    assertThat(settings.runId().value()).isEqualTo("file");
    assertThat(settings.namespace().value()).isEqualTo("env");
    assertThat(settings.nodeId()).contains(new NodeId("prop"));
    assertThat(settings.environment()).contains("set");
    assertThat(settings.runIdGiven()).isTrue();
  }

  @Test
  void anOverriddenBadValueDoesNoHarm() {
    given.environment("AUTOINIT_TIMEOUT", "abc").set("autoinit.timeout", "5", "--timeout");
    assertThat(given.read().timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theFileOfTheEnvironmentAndTheNamedFileReplaceTheOneOfTheDirectory() {
    given.file("autoinit.run-id = standard");
    given.file("env.conf", "autoinit.run-id = env").file("named.conf", "autoinit.run-id = named");
    assertThat(given.read().runId().value()).isEqualTo("standard");
    given.environment("AUTOINIT_CONFIG", "env.conf");
    assertThat(given.read().runId().value()).isEqualTo("env");
    assertThat(given.read(Optional.of(Path.of("named.conf"))).runId().value()).isEqualTo("named");
  }

  @Test
  void substitutionsTakeTheEnvironment() {
    given.file(
        """
        autoinit {
          run-id = "v-"${TAG}
          namespace = shop
          namespace = ${?NAMESPACE}
          node-id = ${autoinit.namespace}-node
        }
        """);
    given.environment("TAG", "1.7");
    Settings settings = given.read();
    assertThat(settings.runId().value()).isEqualTo("v-1.7");
    assertThat(settings.namespace().value()).isEqualTo("shop");
    assertThat(settings.nodeId()).contains(new NodeId("shop-node"));
  }

  @Test
  void theLibrarysOwnFilesAndSwitchesAreNotRead() {
    System.setProperty("config.override_with_env_vars", "true");
    try {
      assertThat(given.file("autoinit.namespace = shop").read().namespace().value())
          .isEqualTo("shop");
    } finally {
      System.clearProperty("config.override_with_env_vars");
    }
  }

  @ParameterizedTest
  @CsvSource({"0,PT0S", "90,PT1M30S", "500ms,PT0.5S", "2m,PT2M"})
  void aTimeoutIsADuration(String text, Duration duration) {
    assertThat(given.set("autoinit.timeout", text, "--timeout").read().timeout())
        .isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTOINIT_CACHE_ALIAS", "AUTOINIT_READINESS"})
  void readinessHasTwoNames(String name) {
    given.environment("AUTOINIT_BACKENDS_REDIS_URL", "redis://localhost");
    given.environment("AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:postgresql://localhost/shop");
    assertThat(given.environment(name, "postgres").read().roles())
        .containsEntry(Role.READINESS, "postgres");
  }

  @Test
  void secondsOfTheTimeoutArePlain() {
    assertThat(given.environment("AUTOINIT_TIMEOUT_SEC", "7").read().timeout())
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(given.environment("AUTOINIT_TIMEOUT", "7000ms").read().timeout())
        .as("the same value twice is no contradiction")
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void anEmptyVariableIsNotSet() {
    given.environment("AUTOINIT_RUN_ID", "").environment("AUTOINIT_CONFIG", "");
    assertThat(given.read().runIdGiven()).isFalse();
  }

  @Test
  void aValueComesOutOfAFile() {
    given.file("secret", "hunter2\n");
    given.environment(
        "AUTOINIT_BACKENDS_REDIS_PASSWORD_FILE", directory.resolve("secret").toString());
    Settings settings = given.read();
    assertThat(settings.backend("redis").config().text("password")).contains("hunter2");
  }

  @Test
  void variablesThatAreNoSettingsAreLeftAlone() {
    for (String name :
        new String[] {
          "AUTOINIT_CLASSPATH",
          "AUTOINIT_HOME",
          "AUTOINIT_LAUNCHER",
          "AUTOINIT_JAVA_OPTS",
          "AUTOINIT_SERVICE_HOST",
          "AUTOINIT_SERVICE_PORT",
          "AUTOINIT_SERVICE_PORT_HTTP",
          "AUTOINIT_PORT",
          "AUTOINIT_PORT_80_TCP",
          "AUTOINIT_PORT_80_TCP_ADDR",
          "AUTOINIT_REDIS_SERVICE_HOST",
          "AUTOINIT_REDIS_SERVICE_PORT",
          "AUTOINIT_REDIS_PORT",
          "AUTOINIT_REDIS_PORT_6379_TCP_PROTO",
          "JAVA_TOOL_OPTIONS"
        }) {
      given.environment(name, "x");
    }
    assertThat(given.read().roles()).containsEntry(Role.LOCKS, "file");
  }

  @Test
  void thePaceCanBeSet() {
    given.file(
        """
        autoinit {
          heartbeat = 100ms, takeover-delay = 500ms, lease-ttl = 1s, cancel-grace = 200ms
          retry-delay = 0, fatal-on-error = true
        }
        """);
    Settings settings = given.read();
    assertThat(settings.pace())
        .isEqualTo(
            new Pace(
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofMillis(200),
                Duration.ZERO));
    assertThat(settings.fatalOnError()).isTrue();
  }

  @Test
  void aHostNameBecomesALegalNodeId() {
    assertThat(new HostName("web-3.shop").asNodeId().value()).isEqualTo("web-3.shop");
    assertThat(new HostName("_wéb 3").asNodeId().value()).isEqualTo("w-b-3");
    assertThat(new HostName("a".repeat(200)).asNodeId().value()).hasSize(128);
    assertThat(new HostName("...").asNodeId().value()).isEqualTo("localhost");
    assertThat(HostName.of(Map.of("HOSTNAME", "pod-1")).value()).isEqualTo("pod-1");
    assertThat(HostName.of(Map.of()).value()).isNotBlank();
  }
}
