package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client library says in the log of the command, where the backend says it all. */
class ZooKeeperLogTest {

  private static final Path COMMAND = Path.of("..", "autoinit-cli", "src", "main", "resources");

  @TempDir private Path directory;

  @Test
  void anOutageIsToldByTheBackendAlone() throws Exception {
    assertThat(logged(COMMAND, "127.0.0.1:1", "false")).isEmpty();
    // Who has another configuration hears what it asks for.
    assertThat(logged(talkative(), "127.0.0.1:1", "false"))
        .contains("Client environment:", "Closing socket connection");
  }

  @Test
  void aServerWithoutTlsIsToldByTheBackendAlone() throws Exception {
    try (TestEnsemble plain = TestEnsemble.start()) {
      assertThat(logged(COMMAND, plain.connect(), "true")).isEmpty();
      assertThat(logged(talkative(), plain.connect(), "true"))
          .contains("SSL handler added for channel");
    }
  }

  private Path talkative() throws Exception {
    Files.writeString(directory.resolve("simplelogger.properties"), "");
    return directory;
  }

  private String logged(Path configuration, String connect, String tls) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                configuration + File.pathSeparator + classPath,
                Node.class.getName(),
                connect,
                tls)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(out)).startsWith("ZooKeeper at " + connect);
    return Files.readString(err);
  }

  /** A process that finds no session. */
  static final class Node {

    private Node() {}

    public static void main(String[] args) {
      Map<String, String> settings =
          Map.of("connect", args[0], "tls", args[1], "connect-timeout", "3s");
      try (Backend backend = Records.open(settings)) {
        backend.readiness().orElseThrow().find(Records.freshRun());
      } catch (BackendException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
