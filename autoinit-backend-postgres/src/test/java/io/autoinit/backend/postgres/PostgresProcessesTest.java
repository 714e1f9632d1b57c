package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Readiness;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lock between processes, and what becomes of it when one of them dies or freezes. */
class PostgresProcessesTest {

  private static final LockName LOCK = LockName.infrastructure(RUN.namespace());
  private static final Duration TTL = Duration.ofSeconds(3);

  private static Database database;

  @BeforeAll
  static void start() {
    database = new Database();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  @DisplayName("LOCK-5 SIGKILL of the holder's process frees the lock at once, not after the ttl")
  void aKilledProcess() throws Exception {
    Process holder = holder(Duration.ofMinutes(5));
    try {
      line(holder, "held");
      LockProvider locks = database.locks();
      assertThat(locks.tryAcquire(LOCK, LONG)).isEmpty();
      holder.destroyForcibly();
      Duration took =
          Eventually.within(Duration.ofSeconds(10), "the lock is free", () -> get(locks));
      assertThat(took).isLessThan(Duration.ofSeconds(5));
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName(
      "LOCK-5 a process that is stopped loses the lock after the ttl, and its publish is refused")
  void aStoppedProcess() throws Exception {
    Process holder = holder(TTL);
    try {
      line(holder, "held");
      LockProvider locks = database.locks();
      signal(holder, "STOP");
      long begun = System.nanoTime();
      Eventually.within(TTL.plusSeconds(10), "the lock is free", () -> get(locks));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(TTL.dividedBy(3));
      signal(holder, "CONT");
      line(holder, "lost, publish refused");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  private static boolean get(LockProvider locks) {
    Optional<Lease> lease = locks.tryAcquire(LOCK, LONG);
    lease.ifPresent(Lease::close);
    return lease.isPresent();
  }

  private static Process holder(Duration ttl) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Holder.class.getName(),
            database.settings().get("url"),
            database.settings().get("user"),
            database.settings().get("password"),
            ttl.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static void line(Process process, String expected) throws Exception {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder all = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals(expected)) {
        return;
      }
      all.append(line).append('\n');
    }
    throw new AssertionError("the holder said: " + all);
  }

  private static void signal(Process process, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid())).start();
    assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  /** Another process, which holds the lock and renews it until it is lost. */
  static final class Holder {

    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      PostgresBackendProvider provider = new PostgresBackendProvider();
      BackendConfig config =
          BackendConfig.of(
              "postgres",
              "holder",
              provider,
              Map.of(
                  "url", arguments[0],
                  "user", arguments[1],
                  "password", arguments[2],
                  // A machine that is slow is no trouble of the store.
                  "connect-timeout", "60s"));
      try (Backend backend = provider.open(config)) {
        Duration ttl = Duration.parse(arguments[3]);
        Lease lease = backend.locks().orElseThrow().tryAcquire(LOCK, ttl).orElseThrow();
        System.out.println("held");
        while (lease.renew()) {
          Thread.sleep(200);
        }
        boolean published =
            backend
                .readiness()
                .orElseThrow()
                .publish(new Readiness.Ready(RUN, lease.token(), "holder", List.of()));
        System.out.println(published ? "lost, but published" : "lost, publish refused");
      }
    }
  }
}
