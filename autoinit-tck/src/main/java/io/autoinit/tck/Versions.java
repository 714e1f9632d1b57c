package io.autoinit.tck;

import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** Finds out of which version a class is. */
final class Versions {

  private Versions() {}

  /** The version in the jar's manifest, else that of its module. */
  static Optional<String> of(Class<?> type) {
    return Optional.ofNullable(type.getPackage())
        .map(Package::getImplementationVersion)
        .or(() -> Optional.ofNullable(type.getModule().getDescriptor()).flatMap(Versions::raw))
        .or(() -> ofModuleOnTheClassPath(type));
  }

  private static Optional<String> raw(ModuleDescriptor module) {
    return module.rawVersion();
  }

  private static Optional<String> ofModuleOnTheClassPath(Class<?> type) {
    try {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source == null || source.getLocation() == null) {
        return Optional.empty();
      }
      return ModuleFinder.of(Path.of(source.getLocation().toURI())).findAll().stream()
          .map(ModuleReference::descriptor)
          .filter(module -> module.packages().contains(type.getPackageName()))
          .findFirst()
          .flatMap(Versions::raw);
    } catch (FindException | URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
