package io.autoinit.cli.sown.tck;

import io.autoinit.cli.sown.core.CoreOnBackend;

/** Sown: the kit knows core. */
public interface KitOnCore {
  CoreOnBackend core();
}
