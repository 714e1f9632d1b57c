package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.tck.TcpProxy;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was done is told, although the answer to it was lost. Which piece of the conversation is the
 * answer differs, so each is lost in turn.
 */
class HazelcastLostReplyTest {

  private static TestGrid grid;

  private final LockName name = Records.freshLock();

  @BeforeAll
  static void start() {
    grid = TestGrid.hidden();
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Test
  @DisplayName("LOCK-10 a revoke whose answer was lost says that it took the lock")
  void aRevokeIsTold() {
    Records.eachPieceIsLost(this::aRevokeIsTold);
  }

  /** Whether there was a piece of that number to be lost before the revoke was done. */
  private boolean aRevokeIsTold(int reply) {
    LockName name = Records.freshLock();
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend stuck = Records.open(grid.settings());
        Backend operator = Records.open(grid.settingsAt(proxy.port()))) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      String holder = locks(operator).holder(name).orElseThrow();
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, holder)).isTrue();

      boolean lost = proxy.repliesLost() == 1;
      proxy.heal();
      assertThat(lease.renew()).isFalse();
      assertThat(Records.answer(() -> locks(operator).holder(name))).isEmpty();
      assertThat(Records.answer(() -> locks(operator).revoke(name, holder))).isFalse();
      return lost;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  @DisplayName("LOCK-10 that is told too when others have acquired and taken the lock by then")
  void aRevokeIsToldOverTheNextHolder(int reply) throws Exception {
    try (TcpProxy proxy = TcpProxy.to("127.0.0.1", grid.port());
        Backend stuck = Records.open(grid.settings());
        HazelcastBackend next = new HazelcastBackend(nextSettings());
        Backend operator = Records.open(grid.settingsAt(proxy.port()))) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      String holder = locks(operator).holder(name).orElseThrow();
      FutureTask<Lease> waiting = new FutureTask<>(() -> acquiredTwice(next));
      Thread thread = new Thread(waiting, "test-other");
      thread.setDaemon(true);
      thread.start();
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, holder)).isTrue();

      Lease won = waiting.get(1, TimeUnit.MINUTES);
      assertThat(won.renew()).isTrue();
      assertThat(won.token()).isGreaterThan(lease.token());
      assertThat(lease.renew()).isFalse();
    }
  }

  private Lease acquiredTwice(Backend next) {
    acquired(next);
    assertThat(locks(next).revoke(name, "next")).isTrue();
    return acquired(next);
  }

  private Lease acquired(Backend backend) {
    while (true) {
      var lease = locks(backend).tryAcquire(name, Records.LONG);
      if (lease.isPresent()) {
        return lease.get();
      }
    }
  }

  private static HazelcastSettings nextSettings() {
    return HazelcastSettings.of(
        io.autoinit.spi.BackendConfig.of(
            "hazelcast", "next", new HazelcastBackendProvider(), grid.settings()));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }
}
