package io.autoinit.cli.sown.backend;

import com.typesafe.config.Config;

/** Sown: a backend knows the configuration library. */
public interface BackendOnConfig {
  Config config();
}
