package io.autoinit.backend.redis;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisTckTest extends BackendTck {

  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start("user tck on >right-password ~* &* +@all");
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

  private static Map<String, String> settingsAt(int port) {
    String url = "redis://127.0.0.1:" + port;
    return Map.of("url", url, "connect-timeout", "1s", "command-timeout", "1s");
  }

  @Override
  protected Optional<String> storeVersion() {
    return Redises.version(redis);
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network(redis.host(), redis.port(), RedisTckTest::settingsAt)
        .refused("password", Map.of("url", redis.url(), "user", "tck", "password", "wrong-pw"))
        .abandon(client -> ((RedisBackend) client).store().close())
        .revoke(name -> Redises.command(redis, "DEL", "autoinit:lock:" + name))
        .flush(() -> Redises.command(redis, "FLUSHALL"))
        .restart(redis::restart);
  }
}
