package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Observed;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lock between JVMs. */
class RedisProcessesTest {

  private final TestRedis redis = TestRedis.shared();
  private final LockName name = Redises.freshLock();
  private final RunKey run = Redises.freshRun();

  @Test
  @DisplayName("LOCK-5 a holder that was killed loses the lock after its time to live")
  void aKilledHolder() throws Exception {
    Duration ttl = Duration.ofSeconds(2);
    try (Holder holder = new Holder(redis, name, run, ttl);
        Backend backend = Redises.open(redis)) {
      LockProvider locks = backend.locks().orElseThrow();
      long token = Long.parseLong(holder.told());
      assertThat(holder.ask("renew")).isEqualTo("true");
      long renewed = System.nanoTime();
      assertThat(locks.tryAcquire(name, Redises.LONG)).isEmpty();
      holder.signal("KILL");
      assertThat(acquireSoon(locks).token()).isGreaterThan(token);
      assertThat(Duration.ofNanos(System.nanoTime() - renewed))
          .isBetween(ttl.minusMillis(500), ttl.plusSeconds(3));
    }
  }

  @Test
  @DisplayName("LOCK-6, READY-2 a holder that was frozen and woke has lost, and publishes nothing")
  void aZombie() throws Exception {
    try (Holder holder = new Holder(redis, name, run, Duration.ofSeconds(1));
        Backend backend = Redises.open(redis)) {
      LockProvider locks = backend.locks().orElseThrow();
      ReadinessStore store = backend.readiness().orElseThrow();
      long token = Long.parseLong(holder.told());
      holder.signal("STOP");
      Lease successor = acquireSoon(locks);
      assertThat(successor.token()).isGreaterThan(token);
      assertThat(store.publish(Redises.running(run, successor.token()))).isTrue();
      holder.signal("CONT");
      assertThat(holder.ask("renew")).isEqualTo("false");
      assertThat(holder.ask("publish")).isEqualTo("false");
      assertThat(holder.ask("renew")).isEqualTo("false");
      assertThat(successor.renew()).isTrue();
      assertThat(store.find(run).map(Observed::value))
          .contains(Redises.running(run, successor.token()));
    }
  }

  private Lease acquireSoon(LockProvider locks) {
    List<Lease> got = new ArrayList<>();
    assertThat(Redises.soon(() -> locks.tryAcquire(name, Redises.LONG).map(got::add).isPresent()))
        .isTrue();
    return got.get(0);
  }
}
