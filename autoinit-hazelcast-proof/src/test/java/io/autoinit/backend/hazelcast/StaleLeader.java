package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.RunKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that was stopped until its lease had ended and another led publishes READY when it goes
 * on. Also with the check taken out, which shows that it is the check.
 */
abstract class StaleLeader {

  private static final String CHECK = "next.token() >= entry.fence()";
  private static final String NO_CHECK = "true";

  private final RunKey run =
      new RunKey(new Namespace("stale-" + UUID.randomUUID()), new RunId("1"));

  /** Of a client or member. */
  abstract Map<String, String> settings();

  @Test
  @DisplayName("READY-2 a leader that was stopped and overtaken is refused when it goes on")
  void isRefused() throws Exception {
    assertThat(publishedAfterAStop(Optional.empty())).isEqualTo("false");
  }

  @Test
  @DisplayName("READY-2 without the check it is accepted")
  void isAcceptedWithoutTheCheck(@TempDir Path classes) throws Exception {
    compileWithoutTheCheck(classes);
    assertThat(publishedAfterAStop(Optional.of(classes))).isEqualTo("true");
  }

  private String publishedAfterAStop(Optional<Path> classes) throws Exception {
    try (LeaderProcess leader = new LeaderProcess(settings(), classes);
        Backend other = Records.open(settings())) {
      assertThat(leader.lead(run)).isEqualTo(LeaderProcess.LEADS);
      leader.signal("STOP");
      overtake(other, run);
      leader.signal("CONT");
      return leader.publish();
    }
  }

  /** Leads in place of a leader that is stopped. */
  private static void overtake(Backend other, RunKey run) {
    LockName lock = LockName.infrastructure(run.namespace());
    List<Lease> next = new CopyOnWriteArrayList<>();
    assertThat(
            Records.soon(
                () -> {
                  other.locks().orElseThrow().tryAcquire(lock, Records.LONG).ifPresent(next::add);
                  return !next.isEmpty();
                }))
        .isTrue();
    long token = next.get(0).token();
    assertThat(other.readiness().orElseThrow().publish(Records.running(run, token, "2 %")))
        .isTrue();
  }

  private static void compileWithoutTheCheck(Path classes) throws Exception {
    compileWith(classes, "HazelcastReadiness.java", CHECK, NO_CHECK);
  }

  /** Compiles a class of the backend with a part of it replaced. */
  static void compileWith(Path classes, String file, String part, String replacement)
      throws Exception {
    Path source =
        Path.of(
                "..",
                "autoinit-backend-hazelcast",
                "src",
                "main",
                "java",
                "io",
                "autoinit",
                "backend",
                "hazelcast")
            .resolve(file);
    String text = Files.readString(source);
    assertThat(text.split(Pattern.quote(part), -1)).hasSize(2);
    Path spoilt = classes.resolve(file);
    Files.writeString(spoilt, text.replace(part, replacement));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process compiler =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-proc:none",
                "-nowarn",
                "-classpath",
                classPath,
                "-d",
                classes.toString(),
                spoilt.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
  }
}
