/** Locks, readiness (the ledger) and markers in PostgreSQL. */
module io.autoinit.backend.postgres {
  requires io.autoinit.api;
  requires java.sql;
  requires org.postgresql.jdbc;
  requires static org.jspecify;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.backend.postgres.PostgresBackendProvider;
}
