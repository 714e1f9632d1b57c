package io.autoinit.cli.sown;

import com.google.inject.Injector;

/** Sown: the API knows Guice. */
public interface ApiOnGuice {
  Injector injector();
}
