/**
 * The compatibility kit that any backend must pass, and the in-memory backend for tests of users.
 */
module io.autoinit.tck {
  requires transitive io.autoinit.api;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports io.autoinit.tck;
  exports io.autoinit.tck.history;

  uses io.autoinit.spi.BackendProvider;

  // The rules live in package-private classes below BackendTck.
  opens io.autoinit.tck to
      org.junit.platform.commons;
}
