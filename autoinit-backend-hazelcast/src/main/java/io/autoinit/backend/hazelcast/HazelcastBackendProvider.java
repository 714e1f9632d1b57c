package io.autoinit.backend.hazelcast;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The backend of type {@code hazelcast}: locks, readiness (volatile and pushed) and markers in
 * Hazelcast 5.4 or later, as a client or as a member. Stateless, safe for use by any thread.
 */
public final class HazelcastBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public HazelcastBackendProvider() {}

  @Override
  public String type() {
    return "hazelcast";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public List<Setting> settings() {
    return HazelcastSettings.all();
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return HazelcastSettings.problems(config);
  }

  /** Connects at the first operation, so an unreachable server is told there (BACKEND-3). */
  @Override
  public Backend open(BackendConfig config) {
    return new HazelcastBackend(HazelcastSettings.of(config));
  }

  /** As a member that keeps nothing: whoever leaves takes nothing along, and splits nothing. */
  @Override
  public Backend openAside(BackendConfig config) {
    return new HazelcastBackend(HazelcastSettings.of(config).aside());
  }
}
