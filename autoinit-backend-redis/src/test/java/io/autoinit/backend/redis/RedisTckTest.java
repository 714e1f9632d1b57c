package io.autoinit.backend.redis;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisTckTest extends BackendTck {

  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  protected BackendProvider provider() {
    return new RedisBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("url", redis.url());
  }

  @Override
  protected Faults faults() {
    return new Faults() {
      @Override
      public Optional<Map<String, String>> unreachable() {
        return Optional.of(Map.of("url", "redis://127.0.0.1:" + Redises.unusedPort()));
      }

      @Override
      public Optional<Consumer<Backend>> abandon() {
        return Optional.of(client -> ((RedisBackend) client).store().close());
      }

      @Override
      public Optional<Consumer<LockName>> revoke() {
        return Optional.of(name -> Redises.command(redis, "DEL", "autoinit:lock:" + name));
      }

      @Override
      public Optional<Runnable> flush() {
        return Optional.of(() -> Redises.command(redis, "FLUSHALL"));
      }

      @Override
      public Optional<Runnable> restart() {
        return Optional.of(redis::restart);
      }
    };
  }
}
