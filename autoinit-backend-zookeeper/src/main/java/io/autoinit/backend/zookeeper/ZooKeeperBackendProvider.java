package io.autoinit.backend.zookeeper;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The backend of type {@code zookeeper}: locks (strong), readiness (durable and pushed) and markers
 * in ZooKeeper 3.6 or later. Stateless, safe for use by any thread.
 */
public final class ZooKeeperBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public ZooKeeperBackendProvider() {}

  @Override
  public String type() {
    return "zookeeper";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public List<Setting> settings() {
    return ZooKeeperSettings.all();
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return ZooKeeperSettings.problems(config);
  }

  /** Connects at the first operation, so an unreachable server is told there (BACKEND-3). */
  @Override
  public Backend open(BackendConfig config) {
    return new ZooKeeperBackend(ZooKeeperSettings.of(config));
  }
}
