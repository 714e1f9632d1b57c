package com.example.locktable;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Set;

/** What autoinit finds by {@code META-INF/services}: backends of the type {@code lock-table}. */
public final class LockTableBackendProvider implements BackendProvider {

  @Override
  public String type() {
    return "lock-table";
  }

  @Override
  public Set<Role> roles() {
    return Set.of(Role.LOCKS);
  }

  @Override
  public List<Setting> settings() {
    return LockTableSettings.ALL;
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return LockTableSettings.problems(config);
  }

  @Override
  public Backend open(BackendConfig config) {
    return new LockTableBackend(LockTableSettings.of(config));
  }
}
