package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.tck.TcpProxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is under way on another thread while a backend is closed. */
class RedisCloseTest {

  private final TestRedis redis = TestRedis.shared();
  private final LockName name = Redises.freshLock();

  @Test
  @DisplayName("BACKEND-2 an attempt that wins while the backend is closed gives its lock back")
  void anAttemptThatWinsTooLate() throws Exception {
    try (TcpProxy proxy = Redises.proxy(redis);
        Backend other = Redises.open(redis)) {
      LockProvider others = other.locks().orElseThrow();
      Backend closing = Redises.open(proxy);
      LockProvider locks = closing.locks().orElseThrow();
      locks.tryAcquire(Redises.freshLock(), Redises.LONG).orElseThrow().close();
      proxy.delay(Duration.ofMillis(500));
      FutureTask<Optional<Lease>> attempt =
          start(() -> locks.tryAcquire(name, Redises.LONG), "attempt");
      // It has won; that it has, it hears half a second later.
      assertThat(Redises.soon(() -> others.holder(name).isPresent())).isTrue();
      closing.close();
      assertThat(others.tryAcquire(name, Redises.LONG)).isPresent();
      assertThatThrownBy(() -> attempt.get(15, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  @DisplayName("BACKEND-2 a watch that waits for a silent server ends with its backend")
  void aWatchEndsWithItsBackend() throws Exception {
    try (TcpProxy proxy = Redises.proxy(redis)) {
      proxy.blackHole();
      Backend closing =
          Redises.open(
              Map.of(
                  "url", Redises.url(proxy), "connect-timeout", "30s", "command-timeout", "30s"));
      ReadinessStore store = closing.readiness().orElseThrow();
      FutureTask<Object> watch = start(() -> store.watch(Redises.freshRun(), hint -> {}), "watch");
      assertThat(Redises.soon(() -> proxy.accepted() > 0)).isTrue();
      closing.close();
      assertThatThrownBy(() -> watch.get(15, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  private static <T> FutureTask<T> start(java.util.concurrent.Callable<T> work, String name) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "test-" + name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }
}
