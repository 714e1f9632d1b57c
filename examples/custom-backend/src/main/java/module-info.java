/** Locks in a table of any database that has a JDBC driver. */
module com.example.locktable {
  requires io.autoinit.api;
  requires java.sql;

  provides io.autoinit.spi.BackendProvider with
      com.example.locktable.LockTableBackendProvider;
}
