package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class PostgresLocksTest {

  private static Database database;

  /** A lock of each test's own. */
  private LockName lock;

  private Namespace namespace;

  @BeforeAll
  static void start() {
    database = new Database();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    namespace = new Namespace(test.getTestMethod().orElseThrow().getName());
    lock = LockName.infrastructure(namespace);
  }

  @Test
  @DisplayName("LOCK-1 of many clients and threads one at a time holds the lock")
  void oneAtATimeHoldsTheLock() throws Exception {
    List<LockProvider> clients = List.of(database.locks(), database.locks(), database.locks());
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger won = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> all =
          java.util.stream.IntStream.range(0, 6)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            while (won.get() < 20) {
                              Optional<Lease> lease = clients.get(i % 3).tryAcquire(lock, LONG);
                              if (lease.isPresent()) {
                                together.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                won.incrementAndGet();
                                inside.decrementAndGet();
                                lease.get().close();
                              }
                            }
                          }))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(together).hasValue(1);
  }

  @Test
  @DisplayName("LOCK-1 a lease is not reentrant; LOCK-8 another name is free")
  void notReentrantAndSeparate() {
    LockProvider locks = database.locks();
    try (Lease held = acquire(locks, lock);
        Lease node = acquire(locks, LockName.node(namespace, new NodeId("a")));
        Lease other = acquire(locks, LockName.node(namespace, new NodeId("b")))) {
      assertThat(locks.tryAcquire(lock, LONG)).isEmpty();
      assertThat(held.renew()).isTrue();
      assertThat(node.renew()).isTrue();
      assertThat(other.renew()).isTrue();
    }
    assertThat(locks.guarantee()).isEqualTo(Guarantee.STRONG);
  }

  @Test
  @DisplayName("LOCK-2 tokens grow over handovers and over the loss of the table")
  void tokensGrow() throws Exception {
    LockProvider locks = database.locks();
    long last = 0;
    for (int i = 0; i < 3; i++) {
      try (Lease lease = acquire(i % 2 == 0 ? locks : database.locks(), lock)) {
        assertThat(lease.token()).isGreaterThan(last);
        last = lease.token();
      }
    }
    database.run("DELETE FROM autoinit.epochs WHERE scope = '%s'".formatted(lock));
    try (Lease lease = acquire(locks, lock)) {
      assertThat(lease.token()).isGreaterThan(last);
    }
  }

  @Test
  @DisplayName("LOCK-2 a token ahead of the clock still grows")
  void tokensGrowWithoutTheClock() throws Exception {
    LockProvider locks = database.locks();
    acquire(locks, lock).close();
    long ahead = Long.MAX_VALUE / 2;
    database.run("UPDATE autoinit.epochs SET epoch = %d WHERE scope = '%s'".formatted(ahead, lock));
    try (Lease lease = acquire(locks, lock)) {
      assertThat(lease.token()).isEqualTo(ahead + 1);
    }
  }

  @Test
  @DisplayName("LOCK-4 an interrupted thread acquires, works and cleans up like any other")
  void interruptsLeaveNoGhost() {
    LockProvider locks = database.locks();
    Thread.currentThread().interrupt();
    try {
      Lease lease = acquire(locks, lock);
      assertThat(lease.renew()).isTrue();
      lease.close();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    acquire(database.locks(), lock).close();
  }

  @Test
  @DisplayName("LOCK-4 interrupts at any moment leave nobody locked out")
  void interruptsAtAnyMoment() throws Exception {
    LockProvider locks = database.locks();
    List<Throwable> unexpected = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int i = 0; i < 15; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  locks.tryAcquire(lock, LONG).ifPresent(Lease::close);
                } catch (io.autoinit.spi.BackendUnavailableException e) {
                  // An interrupt may end the opening of a connection.
                }
              });
      thread.setUncaughtExceptionHandler((t, e) -> unexpected.add(e));
      thread.start();
      Thread.sleep(i);
      thread.interrupt();
      thread.join();
    }
    assertThat(unexpected).isEmpty();
    acquire(database.locks(), lock).close();
  }

  @Test
  @DisplayName("LOCK-5 the server ends a lease that is not renewed, although its client lives")
  void theServerEndsWhatIsNotRenewed() throws Exception {
    LockProvider locks = database.locks();
    LockProvider next = database.locks();
    Lease frozen = locks.tryAcquire(lock, Duration.ofSeconds(1)).orElseThrow();
    Duration took =
        Eventually.within(
            Duration.ofSeconds(5),
            "the lock is free",
            () -> {
              Optional<Lease> lease = next.tryAcquire(lock, LONG);
              lease.ifPresent(l -> assertThat(l.token()).isGreaterThan(frozen.token()));
              lease.ifPresent(Lease::close);
              return lease.isPresent();
            });
    assertThat(took).isGreaterThan(Duration.ofMillis(500));
    assertThat(frozen.renew()).isFalse();
  }

  @Test
  @DisplayName("LOCK-5 renewing keeps a lease beyond its time to live")
  void renewingKeepsTheLease() throws Exception {
    LockProvider other = database.locks();
    try (Lease lease = database.locks().tryAcquire(lock, Duration.ofSeconds(2)).orElseThrow()) {
      for (int i = 0; i < 12; i++) {
        Thread.sleep(250);
        assertThat(lease.renew()).isTrue();
      }
      assertThat(other.tryAcquire(lock, LONG)).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "LOCK-6 after pg_terminate_backend renew is false for ever, and publishing is refused")
  void aTerminatedSessionIsLostForEver() throws Exception {
    Backend backend = database.open();
    LockProvider locks = backend.locks().orElseThrow();
    ReadinessStore readiness = backend.readiness().orElseThrow();
    Lease lost = acquire(locks, lock);
    RunKey run = new RunKey(namespace, new RunId("r"));
    assertThat(readiness.publish(new Readiness.Stopped(run, lost.token(), "a", List.of())))
        .isTrue();
    database.terminateHolder(lock);
    try (Lease successor = acquire(database.locks(), lock)) {
      assertThat(lost.renew()).isFalse();
      assertThat(readiness.publish(new Readiness.Ready(run, lost.token(), "a", List.of())))
          .isFalse();
      assertThat(successor.renew()).isTrue();
    }
    assertThat(lost.renew()).isFalse();
    lost.close();
  }

  @Test
  @DisplayName("LOCK-10 whose lock was taken is refused at once, before anybody else leads")
  void aRevokedHolderIsFencedOffAtOnce() throws Exception {
    Backend backend = database.open();
    ReadinessStore readiness = backend.readiness().orElseThrow();
    LockProvider operator = database.locks();
    Lease stuck = acquire(backend.locks().orElseThrow(), lock);
    RunKey run = new RunKey(namespace, new RunId("r"));
    Readiness ready = new Readiness.Ready(run, stuck.token(), "a", List.of());
    assertThat(operator.revoke(lock, operator.holder(lock).orElseThrow())).isTrue();
    assertThat(readiness.publish(ready)).isFalse();
    assertThat(stuck.renew()).isFalse();
    assertThat(operator.holder(lock)).isEmpty();
    assertThat(operator.revoke(lock, "client-0")).isFalse();
  }

  @Test
  @DisplayName("LOCK-10 who may not end the holder's session is told so, and nothing is changed")
  void withoutTheRightToEndTheHolder() throws Exception {
    Lease held = acquire(database.locks(), lock);
    database.run(
        """
        DROP ROLE IF EXISTS onlooker;
        CREATE ROLE onlooker LOGIN PASSWORD 'onlooker';
        GRANT USAGE ON SCHEMA autoinit TO onlooker;
        GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA autoinit TO onlooker
        """);
    LockProvider onlooker =
        database.open(Map.of("user", "onlooker", "password", "onlooker")).locks().orElseThrow();
    String holder = onlooker.holder(lock).orElseThrow();
    assertThatThrownBy(() -> onlooker.revoke(lock, holder))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining("grant pg_signal_backend");
    assertThat(held.renew()).isTrue();
    database.run("DROP OWNED BY onlooker; DROP ROLE onlooker");
  }

  @Test
  @DisplayName("LOCK-6 a holder whose epoch was moved on learns it at its next renewal")
  void aMovedEpochFencesTheHolderOff() throws Exception {
    LockProvider locks = database.locks();
    Lease lease = acquire(locks, lock);
    database.run("UPDATE autoinit.epochs SET epoch = epoch + 1 WHERE scope = '%s'".formatted(lock));
    assertThat(lease.renew()).isFalse();
    acquire(locks, lock).close();
  }

  @Test
  @DisplayName("LOCK-7 close works from any thread, twice, and lets the next one in at once")
  void closeHandsOver() throws Exception {
    Lease first = acquire(database.locks(), lock);
    LockProvider others = database.locks();
    Thread closer = new Thread(first::close);
    closer.start();
    closer.join();
    try (Lease second = acquire(others, lock)) {
      first.close();
      assertThat(second.renew()).isTrue();
      assertThat(first.renew()).isFalse();
    }
  }

  private static TcpProxy proxy() {
    return TcpProxy.to(TestPostgres.shared().host(), TestPostgres.shared().port());
  }

  @Test
  @DisplayName("LOCK-7 close does not wait behind a renewal that hangs")
  void closeDoesNotWaitBehindARenewal() throws Exception {
    try (TcpProxy proxy = proxy()) {
      Backend backend = database.openAt(proxy.host(), proxy.port(), Map.of());
      Lease lease =
          backend.locks().orElseThrow().tryAcquire(lock, Duration.ofSeconds(60)).orElseThrow();
      proxy.blackHole();
      CountDownLatch began = new CountDownLatch(1);
      Thread renewal =
          new Thread(
              () -> {
                began.countDown();
                lease.renew();
              });
      renewal.start();
      began.await();
      Eventually.within(
          Duration.ofSeconds(2),
          "the renewal waits for its answer",
          () ->
              java.util.Arrays.stream(renewal.getStackTrace())
                  .anyMatch(frame -> frame.getMethodName().contains("read")));
      long begun = System.nanoTime();
      lease.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1500));
      renewal.join();
    }
  }

  @Test
  @DisplayName("LOCK-6 a renewal into a black hole is lost within seconds")
  void aBlackHoleEndsARenewal() throws Exception {
    try (TcpProxy proxy = proxy()) {
      Backend backend = database.openAt(proxy.host(), proxy.port(), Map.of());
      Lease lease =
          backend.locks().orElseThrow().tryAcquire(lock, Duration.ofSeconds(4)).orElseThrow();
      proxy.blackHole();
      long begun = System.nanoTime();
      assertThat(lease.renew()).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
      LockProvider next = database.locks();
      Eventually.within(
          Duration.ofSeconds(8),
          "the server has given the lock up",
          () -> next.tryAcquire(lock, LONG).map(PostgresLocksTest::closed).orElse(false));
      assertThat(lease.renew()).isFalse();
    }
  }

  @Test
  @DisplayName("BACKEND-2 close ends leases and connections, and whatever comes later is refused")
  void closeEndsEverything() throws Exception {
    Backend backend = database.open(Map.of("url", database.url() + "?ApplicationName=to-close"));
    LockProvider locks = backend.locks().orElseThrow();
    Lease lease = acquire(locks, lock);
    String sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'to-close'";
    assertThat(database.ask(sessions)).isEqualTo("2");
    backend.close();
    backend.close();
    Eventually.within(
        Duration.ofSeconds(5), "no session is left", () -> database.ask(sessions).equals("0"));
    assertThat(lease.renew()).isFalse();
    assertThatThrownBy(() -> locks.tryAcquire(lock, LONG))
        .isInstanceOf(IllegalStateException.class);
    acquire(database.locks(), lock).close();
  }

  @Test
  void theHolderIsNamedOnlyWhileItHolds() {
    LockProvider locks = database.locks();
    assertThat(locks.holder(lock)).isEmpty();
    try (Lease held = acquire(locks, lock)) {
      assertThat(database.locks().holder(lock))
          .hasValueSatisfying(h -> assertThat(h).startsWith("client-"));
      assertThat(held.renew()).isTrue();
    }
    assertThat(locks.holder(lock)).isEmpty();
  }

  @Test
  void aFailedAttemptLeavesNoConnection() throws Exception {
    Backend backend = database.open(Map.of("url", database.url() + "?ApplicationName=loser"));
    try (Lease held = acquire(database.locks(), lock)) {
      assertThat(backend.locks().orElseThrow().tryAcquire(lock, LONG)).isEmpty();
      Eventually.within(
          Duration.ofSeconds(5),
          "the loser has gone",
          () ->
              database
                  .ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'loser'")
                  .equals("0"));
      assertThat(held.renew()).isTrue();
    }
  }

  @Test
  void aStandbyIsRefused() throws SQLException {
    try (TestPostgres server = TestPostgres.start();
        Database itsOwn = new Database(server)) {
      acquire(itsOwn.locks(), lock).close();
      server.restartAsStandby();
      assertThatThrownBy(() -> itsOwn.locks().tryAcquire(lock, LONG))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("is a standby")
          .hasMessageContaining("autoinit.backends.postgres.url");
    }
  }

  private static Lease acquire(LockProvider locks, LockName name) {
    return locks.tryAcquire(name, LONG).orElseThrow();
  }

  private static boolean closed(Lease lease) {
    lease.close();
    return true;
  }
}
