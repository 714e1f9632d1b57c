package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of the distribution in which all backends but one are deleted. */
class SlimDistributionIT {

  private static @Nullable TestingServer zookeeper;
  private static @Nullable HazelcastInstance hazelcast;

  @TempDir private Path directory = Path.of("");
  private Distribution whole = Distribution.in(directory);

  /** Only what is asked for is started: few builds need any. */
  private static TestingServer zookeeper() throws Exception {
    if (zookeeper == null) {
      Map<String, Object> loopback = Map.of("clientPortAddress", "127.0.0.1");
      zookeeper =
          new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, 2000, 60, loopback), true);
    }
    return zookeeper;
  }

  private static HazelcastInstance hazelcast() {
    if (hazelcast == null) {
      Config config =
          new Config()
              // The standard name, so that the address is all that has to be said.
              .setProperty("hazelcast.logging.type", "none")
              .setProperty("hazelcast.phone.home.enabled", "false");
      NetworkConfig network = config.getNetworkConfig().setPort(15_801);
      network.getJoin().getAutoDetectionConfig().setEnabled(false);
      network.getJoin().getMulticastConfig().setEnabled(false);
      network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
      hazelcast = Hazelcast.newHazelcastInstance(config);
    }
    return hazelcast;
  }

  @AfterAll
  static void stop() throws IOException {
    if (hazelcast != null) {
      hazelcast.shutdown();
    }
    if (zookeeper != null) {
      zookeeper.close();
    }
  }

  @BeforeEach
  void setUp() {
    whole = Distribution.in(directory);
  }

  private static Map<String, String> whereIs(String backend) throws Exception {
    return switch (backend) {
      case "zookeeper" ->
          Map.of("AUTOINIT_BACKENDS_ZOOKEEPER_CONNECT", zookeeper().getConnectString());
      case "hazelcast" ->
          Map.of(
              "AUTOINIT_BACKENDS_HAZELCAST_ADDRESSES",
              "127.0.0.1:" + hazelcast().getCluster().getLocalMember().getAddress().getPort());
      default -> throw new IllegalArgumentException(backend);
    };
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "hazelcast"})
  void whereItIsIsEnoughAndTheLibraryIsQuiet(String backend) throws Exception {
    runsOnce(without(backend::equals), whereIs(backend));
  }

  /** Members are autoinit's own: one that is busy for others keeps what the others know. */
  @Tag("long")
  @Test
  void aGridOfItsOwnIsEnoughAndTheLibraryIsQuiet() throws Exception {
    Distribution slim = without("hazelcast"::equals);
    int port = freePort();
    var keeper =
        new Distribution(slim.home(), Files.createDirectories(directory.resolve("keeper")));
    Files.writeString(
        directory.resolve("keeper/autoinit.conf"),
        """
        autoinit.namespace = another
        autoinit.steps = [{name = long, phase = infrastructure, command = [sleep, "600"]}]
        """);
    ProcessBuilder working = keeper.process("infrastructure");
    working.environment().putAll(member(port, port));
    Process kept = keeper.start(working);
    try {
      awaitListening(kept, port);
      runsOnce(slim, member(port, freePort()));
    } finally {
      kept.destroy();
      keeper.end(kept);
    }
  }

  private static Map<String, String> member(int oldest, int port) {
    return Map.of(
        "AUTOINIT_BACKENDS_HAZELCAST_MODE", "member",
        "AUTOINIT_BACKENDS_HAZELCAST_MEMBERS", "127.0.0.1:" + oldest,
        "AUTOINIT_BACKENDS_HAZELCAST_BIND", "127.0.0.1",
        "AUTOINIT_BACKENDS_HAZELCAST_PORT", Integer.toString(port),
        "AUTOINIT_BACKENDS_HAZELCAST_COMMAND_TIMEOUT", "20s",
        "AUTOINIT_BACKENDS_HAZELCAST_CONNECT_TIMEOUT", "60s",
        // As its page tells: a member that joins on a loaded machine keeps the others waiting.
        "AUTOINIT_TAKEOVER_DELAY", "12s",
        "AUTOINIT_LEASE_TTL", "24s");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitListening(Process process, int port) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end && process.isAlive()) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new AssertionError("nobody listens on " + port);
  }

  private void runsOnce(Distribution slim, Map<String, String> store) throws IOException {
    steps();

    Distribution.Ended first = run(slim, store);
    Distribution.Ended second = run(slim, store);

    assertThat(first.out()).as(first.err()).isEqualTo("up\n");
    assertThat(second.out()).as(second.err()).isEqualTo("up\n");
    assertThat(Distribution.text(directory.resolve("done"))).isEqualTo("once\n");
    assertThat(first.err()).contains("migrate: done in ");
    assertThat(second.err()).contains("nothing to do");
    assertThat(List.of(first.err(), second.err()))
        .allSatisfy(
            story ->
                assertThat(story.lines()).allSatisfy(l -> assertThat(l).startsWith("autoinit ")));
  }

  private static Distribution.Ended run(Distribution slim, Map<String, String> store) {
    ProcessBuilder process = slim.process("run", "--", "echo", "up");
    process.environment().putAll(store);
    return slim.end(slim.start(process));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "hazelcast", "postgres", "redis"})
  void whatIsConfiguredButDeletedIsNamed(String backend) throws IOException {
    Distribution slim = without(name -> !name.equals(backend));

    Distribution.Ended end =
        slim.run("run", "--set", "autoinit.backends.%s.url=somewhere".formatted(backend));

    assertThat(end.code()).as(end.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(end.err())
        .contains("no backend of type '%s' is on the class path".formatted(backend))
        .contains("add autoinit-backend-%s".formatted(backend));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "hazelcast"})
  void inProductionAStoreMustBeNamed(String backend) throws IOException {
    Distribution slim = without(backend::equals);
    ProcessBuilder process = slim.process("run", "--", "echo", "up");
    process.environment().put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    process.environment().remove("AUTOINIT_MARKER_DIR");

    Distribution.Ended end = slim.end(slim.start(process));

    assertThat(end.code()).as(end.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(end.err())
        .contains("no backend is configured (there is no autoinit.conf in ")
        .contains(": this is Kubernetes")
        .contains(
            backend.equals("zookeeper")
                ? "for example by AUTOINIT_BACKENDS_ZOOKEEPER_CONNECT,"
                : "for example by AUTOINIT_BACKENDS_HAZELCAST_ADDRESSES,");
  }

  @Test
  void aMisspeltTypeIsStillAMisspeltType() {
    Distribution.Ended end = whole.run("run", "--set", "autoinit.backends.zokeeper.connect=a:1");

    assertThat(end.code()).as(end.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    assertThat(end.err()).contains("did you mean zookeeper?");
  }

  private void steps() throws IOException {
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit.steps = [{
          name = migrate, phase = infrastructure, command = [sh, -c, "echo once >> done"]
        }]
        """);
  }

  private Distribution without(java.util.function.Predicate<String> stays) throws IOException {
    Distribution slim = whole.copyTo(directory.resolve("slim"));
    try (Stream<Path> backends = Files.list(slim.home().resolve("backends"))) {
      backends
          .filter(backend -> !stays.test(backend.getFileName().toString()))
          .forEach(SlimDistributionIT::delete);
    }
    return slim;
  }

  private static void delete(Path backend) {
    try (Stream<Path> files = Files.walk(backend)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
