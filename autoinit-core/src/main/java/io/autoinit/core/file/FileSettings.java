package io.autoinit.core.file;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;

/**
 * The settings of one instance.
 *
 * @param directory where everything is kept
 * @param client who this process is
 */
record FileSettings(Directory directory, String client) {

  static final Setting MARKER_DIR =
      Setting.standard(
          "marker-dir",
          Setting.Kind.PATH,
          "/tmp/autoinit",
          "the directory of locks, readiness and markers; a mounted volume makes its containers one node");

  static FileSettings of(BackendConfig config) {
    return new FileSettings(
        new Directory(config.path(MARKER_DIR.name()).orElseThrow().toAbsolutePath().normalize()),
        config.client());
  }
}
