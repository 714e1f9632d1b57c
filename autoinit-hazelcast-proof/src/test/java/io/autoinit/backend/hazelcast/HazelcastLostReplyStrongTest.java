package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.tck.TcpProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What was done is told, although the answer to it was lost, where locks are kept in the CP
 * Subsystem. Which piece of the conversation is the answer differs, so each is lost in turn.
 */
@Tag("cp")
class HazelcastLostReplyStrongTest {

  /** Far below the patience of the test: what could not be given back ends by itself. */
  private static final Duration TTL = Duration.ofSeconds(5);

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.withCp();
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Test
  @DisplayName("LOCK-10 a revoke in CP whose answer was lost says that it took the lock")
  void aRevokeIsTold() {
    Records.eachPieceIsLost(this::aRevokeIsTold);
  }

  private boolean aRevokeIsTold(int reply) {
    LockName name = Records.freshLock();
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend stuck = open("stuck", grid.port());
        Backend operator = open("operator", proxy.port())) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(locks(operator).holder(name)).contains("stuck");
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, "stuck")).isTrue();

      boolean lost = proxy.repliesLost() == 1;
      proxy.heal();
      assertThat(lease.renew()).isFalse();
      assertThat(Records.answer(() -> locks(operator).holder(name))).isEmpty();
      assertThat(Records.answer(() -> locks(operator).revoke(name, "stuck"))).isFalse();
      return lost;
    }
  }

  @Test
  @DisplayName("LOCK-10 that is told too when others have acquired and taken the lock by then")
  void aRevokeIsToldOverTheNextHolder() {
    Records.eachPieceIsLost(this::aRevokeIsToldOverTheNextHolder);
  }

  private boolean aRevokeIsToldOverTheNextHolder(int reply) {
    LockName name = Records.freshLock();
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend stuck = open("stuck", grid.port());
        Backend next = open("next", grid.port());
        Backend operator = open("operator", proxy.port())) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(locks(operator).holder(name)).contains("stuck");
      FutureTask<Lease> waiting = new FutureTask<>(() -> acquiredTwice(next, name));
      Thread thread = new Thread(waiting, "test-other");
      thread.setDaemon(true);
      thread.start();
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, "stuck")).isTrue();

      boolean lost = proxy.repliesLost() == 1;
      Lease won = waiting.get(1, TimeUnit.MINUTES);
      assertThat(won.renew()).isTrue();
      assertThat(won.token()).isGreaterThan(lease.token());
      assertThat(lease.renew()).isFalse();
      return lost;
    } catch (java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException
        | InterruptedException e) {
      throw new AssertionError("the next holder did not come", e);
    }
  }

  @Test
  @DisplayName(
      "LOCK-6 a renewal in CP whose answer was lost is never told as the loss of the lease")
  void aRenewalIsNoLoss() {
    Records.eachPieceIsLost(this::aRenewalIsNoLoss);
  }

  private boolean aRenewalIsNoLoss(int reply) {
    LockName name = Records.freshLock();
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend leader = open("leader", proxy.port());
        Backend other = open("other", grid.port())) {
      Lease lease = locks(leader).tryAcquire(name, Records.LONG).orElseThrow();
      proxy.loseReply(reply);

      boolean told = Records.answer(lease::renew);

      boolean lost = proxy.repliesLost() == 1;
      proxy.heal();
      assertThat(told).isTrue();
      assertThat(locks(other).tryAcquire(name, Records.LONG)).isEmpty();
      assertThat(Records.answer(lease::renew)).isTrue();
      return lost;
    }
  }

  @Test
  @DisplayName("LOCK-4 an attempt in CP whose answer was lost leaves no ghost beyond its ttl")
  void anAttemptLeavesNoGhost() {
    Records.eachPieceIsLost(this::anAttemptLeavesNoGhost);
  }

  private boolean anAttemptLeavesNoGhost(int reply) {
    LockName name = Records.freshLock();
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend first = open("first", proxy.port());
        Backend other = open("other", grid.port())) {
      assertThat(locks(first).holder(name)).isEmpty();
      proxy.loseReply(reply);

      Optional<Lease> lease = attempted(first, name);

      boolean lost = proxy.repliesLost() == 1;
      proxy.heal();
      lease.ifPresent(Lease::close);
      assertThat(Records.soon(() -> locks(other).tryAcquire(name, Records.LONG).isPresent()))
          .isTrue();
      return lost;
    }
  }

  private static Optional<Lease> attempted(Backend backend, LockName name) {
    try {
      return locks(backend).tryAcquire(name, TTL);
    } catch (BackendUnavailableException e) {
      return Optional.empty();
    }
  }

  private static Lease acquiredTwice(Backend next, LockName name) {
    acquired(next, name);
    assertThat(locks(next).revoke(name, "next")).isTrue();
    return acquired(next, name);
  }

  private static Lease acquired(Backend backend, LockName name) {
    while (true) {
      Optional<Lease> lease = locks(backend).tryAcquire(name, Records.LONG);
      if (lease.isPresent()) {
        return lease.get();
      }
    }
  }

  private static Backend open(String client, int port) {
    Map<String, String> settings = new HashMap<>(grid.settingsAt(port));
    settings.put("lock-mode", "cp");
    Backend backend =
        new HazelcastBackend(
            HazelcastSettings.of(
                BackendConfig.of("hazelcast", client, new HazelcastBackendProvider(), settings)));
    assertThat(locks(backend).guarantee()).isEqualTo(Guarantee.STRONG);
    return backend;
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }
}
