package io.autoinit.backend.redis;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The backend of type {@code redis}: locks (best effort), readiness (the signal, pushed) and
 * markers in Redis 6.2 or later, or in a Redis Cluster. Stateless, safe for use by any thread.
 */
public final class RedisBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public RedisBackendProvider() {}

  @Override
  public String type() {
    return "redis";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public List<Setting> settings() {
    return RedisSettings.all();
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return RedisSettings.problems(config);
  }

  /** Connects at the first operation, so an unreachable server is told there (BACKEND-3). */
  @Override
  public Backend open(BackendConfig config) {
    return new RedisBackend(RedisSettings.of(config));
  }
}
