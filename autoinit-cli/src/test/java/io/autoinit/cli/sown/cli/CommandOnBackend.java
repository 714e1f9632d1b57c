package io.autoinit.cli.sown.cli;

import io.autoinit.cli.sown.backend.BackendOnConfig;

/** Sown: the command knows a backend. */
public interface CommandOnBackend {
  BackendOnConfig backend();
}
