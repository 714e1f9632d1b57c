/** Settings, assembly, the protocol and the built-in file backend. */
module io.autoinit.core {
  requires transitive io.autoinit.api;
  requires transitive com.google.guice;
  requires typesafe.config;
  requires org.slf4j;
  requires static org.jspecify;

  uses io.autoinit.InitStep;
  uses io.autoinit.spi.BackendProvider;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.core.file.FileBackendProvider;

  exports io.autoinit.core;
}
