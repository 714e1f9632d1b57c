/** Settings, assembly, the protocol and the built-in file backend. */
module io.autoinit.core {
  requires transitive io.autoinit.api;
  requires transitive com.google.guice;
  // Guice is an automatic module and says nothing of what it needs.
  requires jakarta.inject;
  requires typesafe.config;
  requires org.slf4j;
  requires static org.jspecify;
  // Only who configures a probe port needs it: an image without it starts all the same.
  requires static jdk.httpserver;

  uses io.autoinit.InitStep;
  uses io.autoinit.spi.BackendProvider;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.core.file.FileBackendProvider;

  exports io.autoinit.core;

  // Its constructors and its providers are for the injector alone.
  opens io.autoinit.core to
      com.google.guice;
}
