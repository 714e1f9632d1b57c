package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Publication;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What belongs to a session, and what becomes of it when the session ends. */
class ZooKeeperSessionTest {

  private static TestEnsemble server;

  private final LockName name = Records.freshLock();
  private final RunKey run = new RunKey(name.namespace(), new RunId("1"));

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName(
      "READY-2 a leader whose session ended is refused before its successor wrote anything")
  void aStaleLeaderIsRefused() {
    try (Backend stale = Records.open(server);
        Backend successor = Records.open(server);
        Backend unaware = Records.open(server)) {
      Lease lease = locks(stale).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(readiness(stale).publish(Records.running(run, lease.token(), "1 %"))).isTrue();
      server.expire(name);
      assertThat(readiness(stale).publish(Records.ready(run, lease.token()))).isFalse();

      assertThat(locks(successor).tryAcquire(name, Records.LONG)).isPresent();
      assertThat(readiness(stale).publish(Records.ready(run, lease.token()))).isFalse();
      assertThat(readiness(stale).find(run).orElseThrow().value().isReady()).isFalse();

      // One that does not know of the lease checks the token alone, which stops nobody yet.
      assertThat(readiness(unaware).publish(Records.ready(run, lease.token()))).isTrue();
    }
  }

  @Test
  @DisplayName("READY-2 a leader whose lock an operator deleted is refused")
  void aLeaderWithoutItsLockIsRefused() {
    try (Backend stale = Records.open(server);
        Backend successor = Records.open(server)) {
      Lease lease = locks(stale).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(readiness(stale).publish(Records.running(run, lease.token(), "1 %"))).isTrue();
      String holder = "/autoinit/locks/" + name.namespace() + "/infrastructure/holder";
      server.asking(
          zk -> {
            zk.delete(holder, -1);
            return true;
          });
      assertThat(lease.renew()).isFalse();
      Lease next = locks(successor).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(readiness(stale).publish(Records.ready(run, lease.token()))).isFalse();
      lease.close();
      assertThat(next.renew()).isTrue();
    }
  }

  @Test
  @DisplayName("LOCK-10 whose lock was taken is refused at once, and its session keeps other locks")
  void aRevokedHolderIsFencedOffAtOnce() {
    try (Backend stuck = Records.open(server);
        Backend operator = Records.open(server)) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      Lease other = locks(stuck).tryAcquire(Records.freshLock(), Records.LONG).orElseThrow();
      assertThat(readiness(stuck).publish(Records.running(run, lease.token(), "1 %"))).isTrue();
      assertThat(locks(operator).revoke(name, "test")).isTrue();

      assertThat(readiness(stuck).publish(Records.ready(run, lease.token()))).isFalse();
      assertThat(lease.renew()).isFalse();
      assertThat(other.renew()).isTrue();
      assertThat(locks(operator).revoke(name, "test")).isFalse();
    }
  }

  @Test
  @DisplayName("LOCK-6 a lease of an ended session stays lost when its client has a new session")
  void aLeaseStaysWithItsSession() {
    try (Backend backend = Records.open(server)) {
      Lease old = locks(backend).tryAcquire(name, Records.LONG).orElseThrow();
      server.expire(name);
      Lease next = locks(backend).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(next.token()).isGreaterThan(old.token());
      assertThat(old.renew()).isFalse();
      old.close();
      assertThat(next.renew()).isTrue();
      assertThat(locks(backend).holder(name)).contains("test");
    }
  }

  @Test
  @DisplayName("READY-5 watchers hear in the next session too")
  void watchersOutliveTheSession() {
    List<Hint> hints = new CopyOnWriteArrayList<>();
    try (Backend waiter = Records.open(server);
        Backend leader = Records.open(server)) {
      ReadinessStore waiting = readiness(waiter);
      waiting.watch(run, hints::add);
      assertThat(locks(waiter).tryAcquire(name, Records.LONG)).isPresent();
      assertThat(waiting.poll(run).again()).isGreaterThan(java.time.Duration.ofSeconds(9));
      server.expire(name);
      assertThat(Records.soon(() -> hints.contains(Hint.CHANGED))).isTrue();
      assertThat(
              Records.soon(
                  () -> waiting.poll(run).again().compareTo(java.time.Duration.ofSeconds(9)) > 0))
          .isTrue();
      hints.clear();
      readiness(leader).publish(Records.running(run, 1, "1 %"));
      assertThat(Records.soon(() -> hints.contains(Hint.CHANGED))).isTrue();
    }
  }

  @Test
  @DisplayName("READY-5 what a step tells of itself is a heartbeat, and a new revision")
  void progressIsABeat() {
    List<Hint> hints = new CopyOnWriteArrayList<>();
    try (Backend waiter = Records.open(server);
        Backend leader = Records.open(server)) {
      ReadinessStore store = readiness(leader);
      store.publish(Records.running(run, 5, "1 %"));
      assertThat(readiness(waiter).find(run)).isPresent();
      readiness(waiter).watch(run, hints::add);
      String seen = store.find(run).orElseThrow().revision();
      Publication next = Publication.over(Optional.of(seen), Records.running(run, 5, "2 %"));
      String revision = store.publish(next).orElseThrow().revision();
      assertThat(revision).isNotEqualTo(seen);
      assertThat(Records.soon(() -> !hints.isEmpty())).isTrue();
      assertThat(hints).containsOnly(Hint.BEAT);
      var found = readiness(waiter).find(run).orElseThrow();
      assertThat(found.value()).isEqualTo(Records.running(run, 5, "2 %"));
      assertThat(found.revision()).isEqualTo(revision);
      assertThat(store.publish(next)).isEmpty();
      store.publish(Records.ready(run, 5));
      assertThat(readiness(waiter).find(run).orElseThrow().value())
          .isEqualTo(Records.ready(run, 5));
    }
  }

  @Test
  @DisplayName("BACKEND-2 an attempt that wins while its backend is closed leaves no lock")
  void anAttemptThatWinsTooLate() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend other = Records.open(server)) {
      Backend closing = Records.open(at(proxy));
      locks(closing).tryAcquire(Records.freshLock(), Records.LONG).orElseThrow().close();
      proxy.delay(java.time.Duration.ofMillis(200));
      FutureTask<Optional<Lease>> attempt =
          new FutureTask<>(() -> locks(closing).tryAcquire(name, Records.LONG));
      Thread thread = new Thread(attempt, "test-attempt");
      thread.setDaemon(true);
      thread.start();
      assertThat(Records.soon(() -> locks(other).holder(name).isPresent())).isTrue();
      closing.close();
      assertThat(Records.soon(() -> locks(other).tryAcquire(name, Records.LONG).isPresent()))
          .isTrue();
      assertThatThrownBy(() -> attempt.get(15, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aNodeHasOneConnection() {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend backend = Records.open(at(proxy))) {
      Lease lease = locks(backend).tryAcquire(name, Records.LONG).orElseThrow();
      readiness(backend).watch(run, hint -> {});
      readiness(backend).publish(Records.running(run, lease.token(), "1 %"));
      readiness(backend).poll(run);
      lease.close();
      assertThat(proxy.accepted()).isEqualTo(1);
    }
  }

  private static Map<String, String> at(TcpProxy proxy) {
    return Records.with(server, Map.of("connect", TestEnsemble.at(proxy.port())));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }

  private static ReadinessStore readiness(Backend backend) {
    return backend.readiness().orElseThrow();
  }
}
