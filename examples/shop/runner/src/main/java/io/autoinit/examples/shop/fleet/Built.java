package io.autoinit.examples.shop.fleet;

import java.nio.file.Path;

/**
 * What the build has left.
 *
 * @param home the directory of the project
 */
record Built(Path home) {

  Path autoinit() {
    return home.resolve("autoinit-cli/target/autoinit/bin/autoinit");
  }

  /** The shop's jars, as a class path. */
  String shop() {
    return home.resolve("examples/shop/service/target/shop/lib") + "/*";
  }

  static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
