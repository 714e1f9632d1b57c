package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Reach;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What a report says of a backend above its rules.
 *
 * @param type its type
 * @param roles what it offers
 * @param guarantee of its locks
 * @param durable whether readiness survives the store's restart
 * @param reach of its markers
 * @param versions of all that took part, by what they are of
 * @param unread why the backend itself could not be asked; empty if it could
 */
record Facts(
    String type,
    Set<Role> roles,
    Optional<Guarantee> guarantee,
    Optional<Boolean> durable,
    Optional<Reach> reach,
    Versioned versions,
    Optional<String> unread) {

  /** Versions; empty where nobody says one. */
  record Versioned(
      Optional<String> autoinit,
      Optional<String> backend,
      Optional<String> store,
      Optional<String> junit,
      String java) {}

  /** Nothing but what every run knows. */
  static Facts none(String why) {
    return new Facts(
        "unknown",
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        versions(Optional.empty(), Optional.empty()),
        Optional.of(why));
  }

  /** Opens one more client to ask it. Its own failures are for the rules to find. */
  static Facts of(Kit kit) {
    BackendProvider provider = kit.backendProvider();
    Facts known =
        new Facts(
            provider.type(),
            provider.roles(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            versions(Versions.of(provider.getClass()), Optional.empty()),
            Optional.empty());
    try (Backend backend = provider.open(kit.config(kit.clientSettings()))) {
      return new Facts(
          known.type,
          known.roles,
          backend.locks().map(LockProvider::guarantee),
          backend.readiness().map(ReadinessStore::durable),
          backend.markers().map(MarkerStore::reach),
          versions(known.versions.backend, kit.versionOfStore()),
          Optional.empty());
    } catch (RuntimeException e) {
      // Its message may hold a secret.
      return known.unread("the backend could not be asked: " + e.getClass().getName());
    }
  }

  private Facts unread(String why) {
    return new Facts(type, roles, guarantee, durable, reach, versions, Optional.of(why));
  }

  private static Versioned versions(Optional<String> backend, Optional<String> store) {
    return new Versioned(
        Versions.of(BackendProvider.class),
        backend,
        store,
        Versions.of(Test.class),
        System.getProperty("java.version"));
  }

  /** Values that no report may show, the longest first. */
  static List<String> secrets(Kit kit) {
    Map<String, String> values = kit.clientSettings();
    return kit.backendProvider().settings().stream()
        .filter(setting -> setting.kind() == Setting.Kind.SECRET)
        .map(setting -> values.getOrDefault(setting.name(), ""))
        // Shorter ones would be found in any text.
        .filter(value -> value.length() >= 4)
        .sorted((a, b) -> b.length() - a.length())
        .toList();
  }
}
