package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.tck.TcpProxy;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What was done is told, although the answer to it was lost and it was asked for again. */
class RedisLostReplyTest {

  private final TestRedis redis = TestRedis.shared();
  private final LockName name = Redises.freshLock();

  @Test
  @DisplayName("LOCK-10 a revoke whose answer was lost says that it took the lock")
  void aRevokeIsTold() {
    try (TcpProxy proxy = Redises.proxy(redis);
        Backend stuck = openAs("stuck", redis.url());
        Backend operator = openAs("operator", Redises.url(proxy))) {
      Lease lease = locks(stuck).tryAcquire(name, Redises.LONG).orElseThrow();
      // The script is known and a connection made, so that the next answer is that of the revoke.
      assertThat(locks(operator).revoke(name, "nobody")).isFalse();
      proxy.loseReply(1);

      assertThat(locks(operator).revoke(name, "stuck")).isTrue();

      assertThat(proxy.repliesLost()).isEqualTo(1);
      assertThat(lease.renew()).isFalse();
      assertThat(locks(operator).holder(name)).isEmpty();
      assertThat(locks(operator).revoke(name, "stuck")).isFalse();
    }
  }

  @Test
  @DisplayName("LOCK-10 a revoke knows itself when others have acquired and taken the lock since")
  void aRevokeKnowsItselfLater() {
    RedisSettings settings =
        RedisSettings.of(Redises.config("operator", Map.of("url", redis.url())));
    try (RedisStore store = new RedisStore(settings);
        Backend backend = openAs("holder", redis.url())) {
      String key = settings.keyPrefix() + ":lock:" + name;
      assertThat(locks(backend).tryAcquire(name, Redises.LONG)).isPresent();
      String first = UUID.randomUUID().toString();
      assertThat(store.yes(Script.LOCK_REVOKE, key, "holder", first)).isTrue();
      for (int i = 0; i < 7; i++) {
        Optional<Lease> next = locks(backend).tryAcquire(name, Redises.LONG);
        assertThat(store.yes(Script.LOCK_REVOKE, key, "holder", first)).isTrue();
        assertThat(next.orElseThrow().renew()).as("who came after it keeps the lock").isTrue();
        assertThat(locks(backend).revoke(name, "holder")).isTrue();
      }
      assertThat(store.yes(Script.LOCK_REVOKE, key, "holder", first)).isTrue();
      assertThat(store.yes(Script.LOCK_REVOKE, key, "holder", UUID.randomUUID().toString()))
          .isFalse();
    }
  }

  private static Backend openAs(String client, String url) {
    return new RedisBackend(RedisSettings.of(Redises.config(client, Map.of("url", url))));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }
}
