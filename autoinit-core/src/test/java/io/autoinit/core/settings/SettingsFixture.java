package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autoinit.ConfigurationException;
import io.autoinit.core.settings.SettingSources.Explicit;
import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects sources, and reads them. */
final class SettingsFixture {

  private final Path directory;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final List<Explicit> explicit = new ArrayList<>();
  private final List<BackendProvider> providers = new ArrayList<>();

  SettingsFixture(Path directory) {
    this.directory = directory;
    providers.addAll(
        List.of(
            FakeProvider.FILE,
            FakeProvider.POSTGRES,
            FakeProvider.REDIS,
            FakeProvider.LOCKSMITH,
            FakeProvider.BULLETIN));
  }

  SettingsFixture environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  SettingsFixture property(String name, String value) {
    properties.put(name, value);
    return this;
  }

  SettingsFixture set(String key, String value, String source) {
    explicit.add(new Explicit(key, value, source));
    return this;
  }

  SettingsFixture provider(BackendProvider provider) {
    providers.add(provider);
    return this;
  }

  /** Writes {@code autoinit.conf} of the working directory. */
  SettingsFixture file(String text) {
    return file("autoinit.conf", text);
  }

  SettingsFixture file(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Settings read() {
    return read(Optional.empty());
  }

  Settings read(Optional<Path> config) {
    return SettingsReader.read(
        new SettingSources(
            config, environment, properties, explicit, directory, providers, true, "test"));
  }

  List<String> problems() {
    return problems(Optional.empty());
  }

  List<String> problems(Optional<Path> config) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> read(config));
    if (refused == null) {
      throw new AssertionError("the settings were accepted");
    }
    return refused.problems();
  }
}
