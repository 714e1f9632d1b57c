package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe port of the command: while the phases run, and when it has become the service. */
class ProbesIT {

  /** Binds to the port that was probed and answers with 201. */
  private static final String SERVICE =
      """
      import java.net.*;
      public class Service {
        public static void main(String[] args) throws Exception {
          var loopback = InetAddress.getLoopbackAddress();
          var answer = "HTTP/1.1 201 Created\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n";
          try (var server = new ServerSocket(Integer.parseInt(args[0]), 9, loopback)) {
            while (true) {
              try (var client = server.accept()) {
                client.getInputStream().read(new byte[4096]);
                client.getOutputStream().write(answer.getBytes());
              }
            }
          }
        }
      }
      """;

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);
  private int port;

  @BeforeEach
  void setUp() throws IOException {
    autoinit = Distribution.withArchive(directory);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @Test
  void theCommandMayTakeTheProbedPortAtOnce() throws IOException {
    Files.writeString(directory.resolve("Service.java"), SERVICE);
    step("command = [sh, -c, \"until [ -e go ]; do sleep 0.1; done\"]");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        autoinit.start(
            autoinit.process(
                "run",
                "--probe-port",
                Integer.toString(port),
                "--probe-address",
                "127.0.0.1",
                "--",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "Service.java",
                Integer.toString(port)));
    autoinit.until(process, "alive", () -> code("/livez") == 200);
    assertThat(code("/readyz")).isEqualTo(503);
    Files.createFile(directory.resolve("go"));

    autoinit.until(process, "the service answers", () -> code("/livez") == 201);

    process.destroy();
    assertThat(autoinit.end(process).code()).isEqualTo(ExitCode.TERMINATED.code());
  }

  @Test
  void aStepThatHangsEndsTheCommandWith70AndAllItsProcesses() throws IOException {
    step(
        """
        timeout = 2s, command = [sh, -c, \"""
          trap '' TERM INT HUP
          (trap '' TERM INT HUP; while :; do sleep 1; done) &
          echo $! > grandchild; echo $$ > child; while :; do sleep 1; done\"""]
        """);
    Process process =
        autoinit.start(
            autoinit.process(
                "run", "--probe-port", Integer.toString(port), "--probe-address", "127.0.0.1"));
    ProcessHandle child = autoinit.processIn(directory.resolve("child"), process);
    ProcessHandle grandchild = autoinit.processIn(directory.resolve("grandchild"), process);

    autoinit.until("it hangs", () -> code("/livez") == 503);

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.code()).as(end.err()).isEqualTo(ExitCode.STEP_FAILED.code());
    autoinit.until("both are killed", () -> !child.isAlive() && !grandchild.isAlive());
    assertThat(code("/livez")).isZero();
  }

  @Test
  void aPortInUseIsAProblemOfTheSetUp() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Distribution.Ended end =
          autoinit.run(
              "run",
              "--probe-address",
              "127.0.0.1",
              "--probe-port",
              Integer.toString(taken.getLocalPort()));

      assertThat(end.code()).isEqualTo(ExitCode.CONFIGURATION.code());
      assertThat(end.err().lines()).hasSize(1).first().asString().contains("autoinit.probe-port");
    }
  }

  private void step(String fields) throws IOException {
    Files.writeString(
        directory.resolve("autoinit.conf"),
        "autoinit.steps = [{ name = migrate, phase = infrastructure\n%s }]".formatted(fields));
  }

  /** The status, or 0 while nobody answers. */
  private int code(String path) {
    try {
      var url = URI.create("http://127.0.0.1:%d%s".formatted(port, path)).toURL();
      return ((HttpURLConnection) url.openConnection()).getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }
}
