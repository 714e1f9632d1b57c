package io.autoinit.cli.sown.backend;

import io.autoinit.cli.sown.core.CoreOnBackend;

/** Sown: a backend knows core. */
public interface BackendOnCore {
  CoreOnBackend core();
}
