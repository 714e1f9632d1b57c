package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import java.util.Set;

/** What ServiceLoader finds in the kit's own tests. */
public final class RegisteredMemoryProvider implements BackendProvider {

  private final BackendProvider provider = new InMemoryBackendProvider(new InMemoryStore());

  /** For ServiceLoader. */
  public RegisteredMemoryProvider() {}

  @Override
  public String type() {
    return provider.type();
  }

  @Override
  public Set<Role> roles() {
    return provider.roles();
  }

  @Override
  public Backend open(BackendConfig config) {
    return provider.open(config);
  }
}
