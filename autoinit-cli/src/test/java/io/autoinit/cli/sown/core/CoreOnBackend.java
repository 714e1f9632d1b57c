package io.autoinit.cli.sown.core;

import io.autoinit.cli.sown.backend.BackendOnCore;

/** Sown: core knows a backend. */
public interface CoreOnBackend {
  BackendOnCore backend();
}
