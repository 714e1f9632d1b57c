package io.autoinit.backend.postgres;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Set;

/**
 * Makes backends of the type {@code postgres}: locks, readiness (the ledger) and markers in a
 * PostgreSQL database, directly or through pgbouncer in transaction mode (BACKEND-1). Safe for use
 * by any thread.
 *
 * <p>The locks are {@link io.autoinit.spi.Guarantee#STRONG}. Waiters hold no connection: they look
 * at times that the database hands out. Whoever holds a lock keeps one connection for it, and the
 * leader of a run a second one for its records; so markers in Postgres cost a connection for each
 * node during the node phase.
 */
public final class PostgresBackendProvider implements BackendProvider {

  /** Made by {@link java.util.ServiceLoader}. */
  public PostgresBackendProvider() {}

  @Override
  public String type() {
    return "postgres";
  }

  @Override
  public Set<Role> roles() {
    return Set.of(Role.LOCKS, Role.READINESS, Role.MARKERS);
  }

  @Override
  public List<Setting> settings() {
    return PostgresSettings.ALL;
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return PostgresSettings.problems(config);
  }

  @Override
  public Backend open(BackendConfig config) {
    return new PostgresBackend(PostgresSettings.of(config));
  }
}
