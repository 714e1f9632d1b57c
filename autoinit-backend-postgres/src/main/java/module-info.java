/** Locks, readiness (the ledger) and markers in PostgreSQL. */
module io.autoinit.backend.postgres {
  requires io.autoinit.api;
  requires java.sql;
  requires org.postgresql.jdbc;
  requires static org.jspecify;

  // The driver makes a socket factory of ours by name.
  exports io.autoinit.backend.postgres to
      org.postgresql.jdbc;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.backend.postgres.PostgresBackendProvider;
}
