package io.autoinit.examples.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the shop reads from its environment.
 *
 * @param database where the products are
 * @param staticDir the directory with the static files of this release
 * @param migrations the class path locations of the migrations
 * @param seedPause a pause after each batch of the seed, so that a demonstration can watch it
 * @param replica how this replica signs what it did
 * @param bind the address on which the service listens
 * @param port the port on which it listens; 0: any free one
 */
record ShopSettings(
    Database database,
    Path staticDir,
    List<String> migrations,
    Duration seedPause,
    String replica,
    String bind,
    int port) {

  static ShopSettings ofProcess() {
    return of(System.getenv());
  }

  static ShopSettings of(Map<String, String> environment) {
    return new ShopSettings(
        new Database(
            required(environment, "SHOP_DB_URL"),
            required(environment, "SHOP_DB_USER"),
            secret(environment, "SHOP_DB_PASSWORD")),
        Path.of(required(environment, "SHOP_STATIC_DIR"), required(environment, "AUTOINIT_RUN_ID")),
        List.of(environment.getOrDefault("SHOP_MIGRATIONS", "db/migration").split(",")),
        Duration.ofMillis(number(environment, "SHOP_SEED_PAUSE_MS", 0)),
        environment.getOrDefault("HOSTNAME", "unnamed"),
        environment.getOrDefault("SHOP_BIND", "127.0.0.1"),
        number(environment, "SHOP_PORT", 8080));
  }

  private static String required(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .orElseThrow(() -> new IllegalStateException(name + " is missing: set it"));
  }

  /** From the variable itself, or from the file that the variable with {@code _FILE} names. */
  private static String secret(Map<String, String> environment, String name) {
    String file = environment.get(name + "_FILE");
    if (file == null) {
      return required(environment, name);
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IllegalStateException(name + "_FILE names " + file + ", which is not readable", e);
    }
  }

  private static int number(Map<String, String> environment, String name, int standard) {
    String value = environment.getOrDefault(name, Integer.toString(standard));
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(name + " must be a whole number, not '" + value + "'", e);
    }
  }
}
