package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.NodeId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What many nodes cost the server. */
class PostgresFleetTest {

  @Test
  void fortyNodesTakeAtMostFiveConnectionsOfTwenty() throws Exception {
    requireAtMostFiveConnectionsOfTwenty(40);
  }

  @Test
  @Tag("long")
  void twoHundredNodesTakeAtMostFiveConnectionsOfTwenty() throws Exception {
    requireAtMostFiveConnectionsOfTwenty(200);
  }

  private static void requireAtMostFiveConnectionsOfTwenty(int count) throws Exception {
    try (TestPostgres server = TestPostgres.start(Map.of("max_connections", "20"));
        Database database = new Database(server)) {
      AtomicInteger looks = new AtomicInteger();
      AtomicInteger leaders = new AtomicInteger();
      AtomicInteger peak = new AtomicInteger();
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(count + 1);
      long begun = System.nanoTime();
      try {
        Future<?> watch = threads.submit(() -> watchPeak(database, peak, over));
        var nodes = new ExecutorCompletionService<Void>(threads);
        for (int i = 0; i < count; i++) {
          nodes.submit(node(database, i, leaders, looks));
        }
        for (int i = 0; i < count; i++) {
          nodes.take().get();
        }
        over.set(true);
        watch.get();
      } finally {
        over.set(true);
        threads.shutdownNow();
      }
      System.out.printf(
          "%d nodes: %d looks in %.1f s, peak of %d connections%n",
          count, looks.get(), (System.nanoTime() - begun) / 1e9, peak.get());
      assertThat(leaders).hasValue(1);
      assertThat(peak.get()).isBetween(2, 5);
    }
  }

  /** A start as the protocol runs it: claim, lead or wait, then the node's own lock. */
  private static Callable<Void> node(
      Database database, int number, AtomicInteger leaders, AtomicInteger looks) {
    return () -> {
      Backend backend = database.open();
      ReadinessStore readiness = backend.readiness().orElseThrow();
      Optional<Observed<Readiness>> seen = readiness.find(RUN);
      if (seen.isEmpty()
          && readiness.claim(Claim.of(RUN, "node-" + number, Optional.empty())).isPresent()) {
        leaders.incrementAndGet();
        lead(backend, readiness);
      }
      while (true) {
        Poll poll = readiness.poll(RUN);
        looks.incrementAndGet();
        if (poll.found().map(found -> found.value().isReady()).orElse(false)) {
          break;
        }
        Thread.sleep(poll.again().toMillis());
      }
      LockName own = LockName.node(RUN.namespace(), new NodeId("node-" + number));
      try (Lease lease = backend.locks().orElseThrow().tryAcquire(own, LONG).orElseThrow()) {
        assertThat(lease.renew()).isTrue();
      }
      return null;
    };
  }

  private static void lead(Backend backend, ReadinessStore readiness) throws Exception {
    LockName lock = LockName.infrastructure(RUN.namespace());
    try (Lease lease = backend.locks().orElseThrow().tryAcquire(lock, LONG).orElseThrow()) {
      for (int beat = 0; beat < 8; beat++) {
        assertThat(lease.renew()).isTrue();
        assertThat(readiness.publish(running(lease))).isTrue();
        Thread.sleep(500);
      }
      assertThat(readiness.publish(new Readiness.Ready(RUN, lease.token(), "leader", List.of())))
          .isTrue();
    }
  }

  private static Readiness running(Lease lease) {
    return new Readiness.Running(
        RUN, lease.token(), "leader", List.of(), Optional.of("seed"), 1, Optional.empty());
  }

  private static Void watchPeak(Database database, AtomicInteger peak, AtomicBoolean over)
      throws Exception {
    try (Connection connection = database.superuser();
        var statement =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")) {
      while (!over.get()) {
        try (var result = statement.executeQuery()) {
          result.next();
          peak.accumulateAndGet(result.getInt(1), Math::max);
        }
        Thread.sleep(1);
      }
    }
    return null;
  }

  @Test
  void waitersTogetherKeepTheBudget() {
    try (Database database = new Database()) {
      ReadinessStore store = database.readiness();
      assertThat(store.claim(Claim.of(RUN, "leader", Optional.empty()))).isPresent();
      int waiters = 100;
      List<Duration> pauses = new ArrayList<>();
      for (int i = 0; i < waiters; i++) {
        pauses.add(store.poll(RUN).again());
      }
      // Slots lie 18 ms apart, but time passes while they are handed out.
      assertThat(pauses.get(0)).isBetween(Duration.ofMillis(400), Duration.ofMillis(700));
      assertThat(pauses).allMatch(p -> p.compareTo(Duration.ofMillis(400)) > 0);
      assertThat(pauses).allMatch(p -> p.compareTo(Duration.ofMillis(18L * waiters + 700)) < 0);
    }
  }

  @Test
  void aSlotThatAnotherIsTakingIsNotWaitedFor() throws Exception {
    try (Database database = new Database()) {
      ReadinessStore store = database.readiness();
      assertThat(store.claim(Claim.of(RUN, "leader", Optional.empty()))).isPresent();
      try (Connection other = database.superuser();
          var statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("UPDATE autoinit.slots SET next_slot = next_slot");
        Poll poll = store.poll(RUN);
        assertThat(poll.found()).isPresent();
        assertThat(poll.again()).isBetween(Duration.ofMillis(400), Duration.ofMillis(1600));
      }
    }
  }
}
