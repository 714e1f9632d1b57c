package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import java.util.EnumSet;
import java.util.Set;

/**
 * Opens clients of one {@link InMemoryStore} for whatever takes a provider. It has no entry for
 * {@link java.util.ServiceLoader}: a test hands it over, and no class path gains a backend by
 * carrying the kit. Safe for use by any thread.
 */
public final class InMemoryBackendProvider implements BackendProvider {

  private final InMemoryStore store;

  /**
   * Creates a provider.
   *
   * @param store the store of all backends that it opens
   */
  public InMemoryBackendProvider(InMemoryStore store) {
    this.store = store;
  }

  @Override
  public String type() {
    return "memory";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public Backend open(BackendConfig config) {
    return store.open(config.client());
  }
}
