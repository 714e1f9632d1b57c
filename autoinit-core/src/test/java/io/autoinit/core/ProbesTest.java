package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.StepFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port that answers probes while real steps run. */
class ProbesTest {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of("");
  private final List<AutoInit> starts = new ArrayList<>();
  private int port;

  @BeforeEach
  void takeAPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() {
    starts.forEach(AutoInit::close);
  }

  @Test
  void aLongStepNeverFailsItsLivenessProbe() throws Exception {
    neverFails(Duration.ofSeconds(8), Duration.ofMillis(100));
  }

  @Test
  @Tag("long")
  void aStepOfAMinuteNeverFailsItsLivenessProbe() throws Exception {
    neverFails(Duration.ofSeconds(60), Duration.ofSeconds(1));
  }

  private void neverFails(Duration step, Duration period) throws Exception {
    AutoInit start = start("command = [sleep, \"%d\"], timeout = 10m".formatted(step.toSeconds()));
    CompletableFuture<?> phases = CompletableFuture.runAsync(start::run);
    until("the port answers", () -> code("/startupz") == 200);

    int probes = 0;
    while (!phases.isDone()) {
      assertThat(get("/livez").code).as("probe %d", probes).isEqualTo(200);
      probes++;
      Thread.sleep(period.toMillis());
    }
    phases.get();

    assertThat(probes).isGreaterThan((int) step.dividedBy(period) / 2);
    assertThat(get("/readyz").code).isEqualTo(200);
    assertThat(get("/livez").code).isEqualTo(200);
  }

  @Test
  void aStepThatHangsIsSeenAndKilledWithAllItsProcesses() throws Exception {
    Path child = directory.resolve("child");
    Path grandchild = directory.resolve("grandchild");
    AutoInit start =
        start(
            """
            timeout = 2s, command = [sh, -c, \"""
              trap '' TERM INT HUP
              (trap '' TERM INT HUP; while :; do sleep 1; done) &
              echo $! > %s; echo $$ > %s; while :; do sleep 1; done\"""]
            """
                .formatted(grandchild, child));
    CompletableFuture<?> phases = CompletableFuture.runAsync(start::run);
    until("the port answers", () -> code("/startupz") == 200);
    List<ProcessHandle> processes = List.of(processIn(child), processIn(grandchild));

    until("the probe fails", () -> code("/livez") == 503);

    assertThat(phases)
        .failsWithin(LONGEST)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(StepFailedException.class)
        .withMessageContaining("it ran longer than 2");
    processes.forEach(process -> until("killed", () -> !process.isAlive()));
    assertThat(get("/livez").code).isEqualTo(503);
    assertThat(get("/readyz").code).isEqualTo(503);
  }

  @Test
  void theStatusTellsTheStepAndItsLastLineWithoutSecrets() throws Exception {
    Path go = directory.resolve("go");
    AutoInit start =
        start(
            "command = [sh, -c, \"echo 3 of 9 $DB_PASSWORD; until [ -e %s ]; do sleep 0.1; done\"]"
                .formatted(go));
    CompletableFuture<?> phases = CompletableFuture.runAsync(start::run);
    until("the line", () -> code("/status") == 200 && get("/status").body.contains("3 of 9"));

    assertThat(get("/status").body)
        .contains("\"state\":\"running\"", "\"step\":\"migrate\"", "\"progress\":\"3 of 9 ***\"");
    assertThat(get("/metrics").body)
        .contains("# TYPE autoinit_step_running_seconds gauge", "step=\"migrate\"")
        .doesNotContain("hidden-value");
    assertThat(get("/readyz").code).isEqualTo(503);
    Files.createFile(go);
    phases.get();
  }

  @Test
  void onlySmallQuestionsAreAnswered() throws Exception {
    AutoInit start = start("command = [\"true\"]");
    start.run();

    assertThat(get("HEAD", "/livez")).isEqualTo(new Got(200, ""));
    assertThat(get("POST", "/livez").code).isEqualTo(405);
    assertThat(get("DELETE", "/readyz").code).isEqualTo(405);
    assertThat(get("/").code).isEqualTo(404);
    assertThat(get("/livez/more").code).isEqualTo(404);
  }

  @Test
  void clientsThatSayNothingKeepNoProbeAway() throws Exception {
    AutoInit start = start("command = [\"true\"]");
    start.run();
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write("GET /li".getBytes(StandardCharsets.US_ASCII));
        silent.add(socket);
      }
      until("a probe is answered", () -> code("/livez") == 200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void thePortIsFreeForTheNextAtOnce() throws Exception {
    try (AutoInit start = start("command = [\"true\"]")) {
      start.run();
      assertThat(get("/readyz").code).isEqualTo(200);
    }

    try (ServerSocket next = new ServerSocket()) {
      next.setReuseAddress(true);
      next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertThat(next.isBound()).isTrue();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("HTTP-Dispatcher") && !thread.isDaemon());
  }

  @Test
  void aPortInUseIsOneSentence() throws Exception {
    AutoInit start = start("command = [\"true\"]");
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(start::run)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageMatching(
              "The probes cannot be answered at 127\\.0\\.0\\.1:%d: .*in use.*; set autoinit\\.probe-port .*"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void aBadPortIsRefusedWithTheOtherSettings() {
    port = 65_536;

    assertThatThrownBy(() -> start("command = [\"true\"]"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("autoinit.probe-port must be a port from 1 to 65535, not 65536");
  }

  @Test
  void whoOnlyLooksOpensNoPort() throws Exception {
    AutoInit start = start("command = [\"true\"]");
    assertThat(start.readiness()).isEmpty();
    assertThatThrownBy(() -> get("/livez")).isInstanceOf(UncheckedIOException.class);
  }

  private AutoInit start(String step) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("autoinit.conf"),
            """
            autoinit.steps = [{
              name = migrate, phase = infrastructure, environment { DB_PASSWORD = hidden-value }
              %s
            }]
            """
                .formatted(step));
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("AUTOINIT_MARKER_DIR", directory.resolve("store").toString());
    environment.put("AUTOINIT_RUN_ID", "v1");
    environment.put("AUTOINIT_PROBE_PORT", Integer.toString(port));
    environment.put("AUTOINIT_PROBE_ADDRESS", "127.0.0.1");
    AutoInit start =
        AutoInit.builder()
            .config(config)
            .environment(environment)
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .build();
    starts.add(start);
    return start;
  }

  private record Got(int code, String body) {}

  /** The status, or 0 while nobody listens. */
  private int code(String path) {
    try {
      return get(path).code;
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  private Got get(String path) {
    return get("GET", path);
  }

  private Got get(String method, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:%d%s".formatted(port, path)).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setReadTimeout((int) LONGEST.toMillis());
      int code = connection.getResponseCode();
      try (InputStream body =
          code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        return new Got(
            code, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProcessHandle processIn(Path file) {
    until(
        file + " holds a line",
        () -> {
          try {
            return Files.exists(file) && Files.readString(file).endsWith("\n");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
