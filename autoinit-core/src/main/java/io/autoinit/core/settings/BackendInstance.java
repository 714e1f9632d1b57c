package io.autoinit.core.settings;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;

/**
 * A configured backend, ready to be opened.
 *
 * @param name the name of the instance
 * @param provider what opens it
 * @param config its settings, without problems
 * @param onThisMachine whether it is known to be on this machine: files, or a store on loopback
 */
public record BackendInstance(
    String name, BackendProvider provider, BackendConfig config, boolean onThisMachine) {

  /** The type of the built-in backend. */
  public static final String FILE = "file";

  /**
   * Whether this instance can play a role.
   *
   * @param role the role
   * @return true if its provider offers it
   */
  public boolean offers(Role role) {
    return provider.roles().contains(role);
  }

  /**
   * Opens the backend; the caller does this at most once.
   *
   * @return the backend, to be closed by the caller
   */
  public Backend open() {
    return provider.open(config);
  }

  /**
   * Opens the backend for a process that takes no part; the caller does this at most once.
   *
   * @return the backend, to be closed by the caller
   */
  public Backend openAside() {
    return provider.openAside(config);
  }
}
