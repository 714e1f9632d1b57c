package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.tck.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisLocksTest {

  private final TestRedis redis = TestRedis.shared();
  private final LockName name = Redises.freshLock();

  @Test
  void theHolderIsKnownWhileItHolds() {
    try (Backend backend = Redises.open(redis)) {
      LockProvider locks = backend.locks().orElseThrow();
      assertThat(locks.guarantee()).isEqualTo(Guarantee.BEST_EFFORT);
      assertThat(locks.holder(name)).isEmpty();
      Lease lease = locks.tryAcquire(name, Redises.LONG).orElseThrow();
      assertThat(locks.holder(name)).contains("test");
      lease.close();
      assertThat(locks.holder(name)).isEmpty();
    }
  }

  @Test
  @DisplayName("LOCK-6 a lease that ran out is lost for ever, also if nobody took it")
  void aLeaseThatRanOutIsLost() {
    try (Backend backend = Redises.open(redis)) {
      LockProvider locks = backend.locks().orElseThrow();
      Lease lease = locks.tryAcquire(name, Duration.ofMillis(50)).orElseThrow();
      assertThat(Redises.soon(() -> locks.holder(name).isEmpty())).isTrue();
      assertThat(lease.renew()).isFalse();
      assertThat(lease.renew()).isFalse();
      assertThat(locks.tryAcquire(name, Redises.LONG)).isPresent();
    }
  }

  @Test
  @DisplayName("LOCK-2 tokens grow after FLUSHALL, and LOCK-6 the lease is lost")
  void tokensGrowAfterAFlush() {
    try (TestRedis own = TestRedis.start();
        Backend backend = Redises.open(own)) {
      LockProvider locks = backend.locks().orElseThrow();
      Lease before = locks.tryAcquire(name, Redises.LONG).orElseThrow();
      Redises.command(own, "FLUSHALL");
      assertThat(before.renew()).isFalse();
      Lease after = locks.tryAcquire(name, Redises.LONG).orElseThrow();
      assertThat(after.token()).isGreaterThan(before.token());
      before.close();
      assertThat(after.renew()).isTrue();
    }
  }

  @Test
  @DisplayName("LOCK-2 tokens grow when the server's clock is behind the last token")
  void tokensGrowWhenTheClockIsBehind() {
    try (Backend backend = Redises.open(redis)) {
      LockProvider locks = backend.locks().orElseThrow();
      long future = 4_000_000_000_000_000L;
      Redises.command(redis, "HSET", "autoinit:lock:" + name, "token", Long.toString(future));
      assertThat(locks.tryAcquire(name, Redises.LONG).orElseThrow().token()).isEqualTo(future + 1);
    }
  }

  @Test
  void aLockThatNobodyUsesDoesNotStayForEver() {
    try (Backend backend = Redises.open(redis)) {
      backend.locks().orElseThrow().tryAcquire(name, Redises.LONG).orElseThrow().close();
      long left = Long.parseLong(Redises.command(redis, "PTTL", "autoinit:lock:" + name));
      assertThat(Duration.ofMillis(left)).isBetween(Duration.ofDays(29), Duration.ofDays(31));
    }
  }

  @Test
  @DisplayName("LOCK-6 renew does not know while the server is gone, LOCK-7 close does not throw")
  void aServerThatIsGone() {
    try (TestRedis own = TestRedis.start("appendonly yes", "appendfsync always");
        Backend backend = Redises.open(own)) {
      LockProvider locks = backend.locks().orElseThrow();
      Lease kept = locks.tryAcquire(name, Redises.LONG).orElseThrow();
      Lease closed = locks.tryAcquire(Redises.freshLock(), Redises.LONG).orElseThrow();
      own.kill();
      assertThatThrownBy(kept::renew).isInstanceOf(BackendUnavailableException.class);
      assertThatThrownBy(() -> locks.tryAcquire(name, Redises.LONG))
          .isInstanceOf(BackendUnavailableException.class);
      closed.close();
      assertThat(closed.renew()).isFalse();
      own.restart();
      assertThat(kept.renew()).isTrue();
    }
  }

  @Test
  @DisplayName("LOCK-4 the answer to tryAcquire is lost: the lock is free again")
  void theAnswerIsLost() throws Exception {
    try (TcpProxy proxy = Redises.proxy(redis);
        Backend cut = Redises.open(proxy);
        Backend other = Redises.open(redis)) {
      LockProvider locks = cut.locks().orElseThrow();
      locks.tryAcquire(Redises.freshLock(), Redises.LONG).orElseThrow().close();
      proxy.loseReply(1);
      assertThatThrownBy(() -> locks.tryAcquire(name, Redises.LONG))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(proxy.repliesLost()).isEqualTo(1);
      assertThat(other.locks().orElseThrow().tryAcquire(name, Redises.LONG)).isPresent();
    }
  }

  @Test
  @DisplayName("BACKEND-2 close releases the leases")
  void closeReleasesTheLeases() {
    try (Backend other = Redises.open(redis)) {
      Backend backend = Redises.open(redis);
      Lease lease = backend.locks().orElseThrow().tryAcquire(name, Redises.LONG).orElseThrow();
      backend.close();
      assertThat(lease.renew()).isFalse();
      assertThat(other.locks().orElseThrow().tryAcquire(name, Redises.LONG)).isPresent();
      assertThatThrownBy(() -> backend.locks().orElseThrow().tryAcquire(name, Redises.LONG))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
