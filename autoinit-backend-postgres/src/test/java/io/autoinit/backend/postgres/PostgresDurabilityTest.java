package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which records wait until they are safe, seen on a server whose commits never become safe. */
class PostgresDurabilityTest {

  private static final List<CompletedStep> NONE = List.of();
  private static final List<CompletedStep> ONE =
      List.of(new CompletedStep("schema", Duration.ofSeconds(1)));
  private static final String RELEASE =
      "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  @Test
  void heartbeatsDoNotWaitForTheDiskAndWhateverIsNewDoes() throws Exception {
    try (TestPostgres server = TestPostgres.start();
        Database database = new Database(server)) {
      Backend backend = database.open();
      ReadinessStore store = backend.readiness().orElseThrow();
      LockName lock = LockName.infrastructure(RUN.namespace());
      try (Lease lease = backend.locks().orElseThrow().tryAcquire(lock, LONG).orElseThrow()) {
        long token = lease.token();
        letCommitsWait(database, store, token);
        assertThat(waits(database, store, running(token, NONE, "seed", "0 of 9"))).isTrue();
        assertThat(store.publish(running(token, NONE, "seed", "1 of 9"))).isTrue();
        assertThat(store.publish(running(token, NONE, "seed", "2 of 9"))).isTrue();
        assertThat(store.find(RUN).orElseThrow().value())
            .isEqualTo(running(token, NONE, "seed", "2 of 9"));

        assertThat(waits(database, store, running(token, NONE, "load", "0 of 9"))).isTrue();
        assertThat(waits(database, store, running(token, ONE, "load", "0 of 9"))).isTrue();
        assertThat(store.publish(running(token, ONE, "load", "1 of 9"))).isTrue();
        Readiness failed =
            new Readiness.Failed(RUN, token, "me", ONE, "load", "no disk", Duration.ofSeconds(5));
        assertThat(waits(database, store, failed)).isTrue();
        assertThat(waits(database, store, failed)).isTrue();
        assertThat(waits(database, store, running(token, ONE, "load", "1 of 9"))).isTrue();
        assertThat(waits(database, store, new Readiness.Stopped(RUN, token, "me", ONE))).isTrue();
        assertThat(waits(database, store, new Readiness.Ready(RUN, token, "me", ONE))).isTrue();
        assertThat(lease.renew()).isTrue();
      }
    }
  }

  /** From now on commits wait for a standby that there is not, unless they need not be safe. */
  private static void letCommitsWait(Database database, ReadinessStore store, long token)
      throws Exception {
    database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    database.run("SELECT pg_reload_conf()");
    AtomicInteger probes = new AtomicInteger();
    Eventually.within(
        Duration.ofSeconds(10),
        "the server has taken over the setting",
        () -> waits(database, store, running(token, NONE, "p" + probes.incrementAndGet(), "")));
  }

  /** Whether the commit of a record waits; lets it go then. */
  private static boolean waits(Database database, ReadinessStore store, Readiness readiness)
      throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> publish = thread.submit(() -> store.publish(readiness));
      AtomicBoolean waited = new AtomicBoolean();
      Eventually.within(
          Duration.ofSeconds(4),
          "the commit goes through, or is seen to wait",
          () -> {
            boolean released = !database.ask(RELEASE).equals("0");
            waited.compareAndSet(false, released);
            return publish.isDone() || released;
          });
      assertThat(publish.get(20, TimeUnit.SECONDS)).isTrue();
      return waited.get();
    } finally {
      thread.shutdownNow();
    }
  }

  private static Readiness running(
      long token, List<CompletedStep> completed, String step, String progress) {
    return new Readiness.Running(
        RUN, token, "me", completed, Optional.of(step), 1, Optional.of(progress));
  }
}
