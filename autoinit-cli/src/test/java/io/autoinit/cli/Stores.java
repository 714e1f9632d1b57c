package io.autoinit.cli;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import java.util.Map;
import java.util.ServiceLoader;

/** Opens backends past the command, as another member of the fleet. */
final class Stores {

  private Stores() {}

  static Backend open(String type, String client, Map<String, String> settings) {
    BackendProvider provider =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.type().equals(type))
            .findFirst()
            .orElseThrow();
    return provider.open(BackendConfig.of(type, client, provider, settings));
  }
}
