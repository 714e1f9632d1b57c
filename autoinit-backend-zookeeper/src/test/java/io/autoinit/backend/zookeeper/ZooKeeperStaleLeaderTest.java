package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.LockName;
import io.autoinit.spi.RunKey;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader whose session ended, and who does not know it yet, publishes READY; nobody else has
 * written anything since. Also with the check taken out, which shows that it is the check.
 */
class ZooKeeperStaleLeaderTest {

  private static final String CHECK = ".map(ZooKeeperLease::proof)";
  private static final String NO_CHECK = ".map(lease -> List.<Op>of())";

  private static TestEnsemble server;

  private final RunKey run =
      new RunKey(new Namespace("stale-" + UUID.randomUUID()), new RunId("1"));
  private final LockName lock = LockName.infrastructure(run.namespace());

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("READY-2 a leader that was stopped until its session expired is refused")
  void stopped() throws Exception {
    assertThat(publishedAfterAStop(Optional.empty())).isEqualTo("false");
  }

  @Test
  @DisplayName("READY-2 a leader whose session was ended behind its back is refused")
  void expired() throws Exception {
    assertThat(publishedAfterTheEndOfItsSession(Optional.empty())).isEqualTo("false");
  }

  @Test
  @DisplayName("READY-2 without the check both are accepted")
  void withoutTheCheck(@TempDir Path classes) throws Exception {
    compileWithoutTheCheck(classes);
    assertThat(publishedAfterTheEndOfItsSession(Optional.of(classes))).isEqualTo("true");
    Backend cleaning = Records.open(server);
    assertThat(cleaning.readiness().orElseThrow().clear(run)).isTrue();
    cleaning.close();
    assertThat(publishedAfterAStop(Optional.of(classes))).isEqualTo("true");
  }

  private String publishedAfterAStop(Optional<Path> classes) throws Exception {
    try (LeaderProcess leader = new LeaderProcess(server, run, classes);
        Backend other = Records.open(server)) {
      leader.signal("STOP");
      assertThat(Records.soon(() -> other.locks().orElseThrow().holder(lock).isEmpty())).isTrue();
      leader.signal("CONT");
      return leader.publish();
    }
  }

  private String publishedAfterTheEndOfItsSession(Optional<Path> classes) throws Exception {
    try (LeaderProcess leader = new LeaderProcess(server, run, classes)) {
      server.expire(lock);
      return leader.publish();
    }
  }

  private static void compileWithoutTheCheck(Path classes) throws Exception {
    Path source =
        Path.of("src", "main", "java", "io", "autoinit", "backend", "zookeeper")
            .resolve("ZooKeeperReadiness.java");
    String text = Files.readString(source);
    assertThat(text.split(java.util.regex.Pattern.quote(CHECK), -1)).hasSize(2);
    Path spoilt = classes.resolve("ZooKeeperReadiness.java");
    Files.writeString(spoilt, text.replace(CHECK, NO_CHECK));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-classpath", classPath, "-d", classes.toString());
      boolean compiled =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjects(spoilt))
              .call();
      assertThat(compiled).as("compiles: %s", said).isTrue();
    }
  }
}
