package io.autoinit.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of one backend instance, checked against what its provider takes. Immutable. {@link
 * #toString()} shows no value.
 */
public final class BackendConfig {

  private final String instance;
  private final String client;
  private final Map<String, Setting> settings;
  private final Map<String, String> values;

  private BackendConfig(
      String instance, String client, Map<String, Setting> settings, Map<String, String> values) {
    this.instance = instance;
    this.client = client;
    this.settings = settings;
    this.values = values;
  }

  /**
   * Checks values against the settings that a provider takes.
   *
   * @param instance the name of the instance in the configuration
   * @param client who this process is, for diagnosis in the store: host, process id, a random part
   * @param provider whose settings these are
   * @param values the given values by setting name
   * @return the settings
   * @throws io.autoinit.ConfigurationException with every problem found (BACKEND-4)
   */
  public static BackendConfig of(
      String instance, String client, BackendProvider provider, Map<String, String> values) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    provider.settings().forEach(s -> settings.put(s.name(), s));
    BackendConfig config = new BackendConfig(instance, client, settings, new TreeMap<>(values));
    List<String> problems = new ArrayList<>(config.problems());
    if (problems.isEmpty()) {
      problems.addAll(provider.problems(config));
    }
    if (!problems.isEmpty()) {
      throw new io.autoinit.ConfigurationException(problems);
    }
    return config;
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          Setting setting = settings.get(name);
          if (setting == null) {
            problems.add(
                "%s is unknown%s"
                    .formatted(
                        key(name),
                        Setting.nearest(name, List.copyOf(settings.keySet()))
                            .map(near -> ": did you mean " + key(near) + "?")
                            .orElse("; a backend of this type takes " + settings.keySet())));
          } else {
            setting
                .expectationMissedBy(value)
                .ifPresent(
                    expected -> problems.add("%s must be %s".formatted(key(name), expected)));
          }
        });
    settings.values().stream()
        .filter(s -> s.required() && !values.containsKey(s.name()))
        .forEach(s -> problems.add("%s is missing: %s".formatted(key(s.name()), s.meaning())));
    return problems;
  }

  /**
   * The name of the instance.
   *
   * @return for example {@code redis} or {@code cache}
   */
  public String instance() {
    return instance;
  }

  /**
   * Who this process is, for diagnosis in the store.
   *
   * @return host, process id and a random part, at most 200 printable characters
   */
  public String client() {
    return client;
  }

  /**
   * The full name of a setting, as messages show it.
   *
   * @param setting its name
   * @return for example {@code autoinit.backends.redis.password}
   */
  public String key(String setting) {
    return "autoinit.backends." + instance + "." + setting;
  }

  /**
   * The value of a setting, or its standard value.
   *
   * @param setting its name
   * @return the text; empty if neither is there
   * @throws IllegalArgumentException if the provider does not declare the setting
   */
  public Optional<String> text(String setting) {
    Setting declared = settings.get(setting);
    if (declared == null) {
      throw new IllegalArgumentException("the provider declares no setting '" + setting + "'");
    }
    return Optional.ofNullable(values.get(setting)).or(declared::standard);
  }

  /**
   * The value of a number.
   *
   * @param setting its name
   * @return the number; empty if there is none
   */
  public Optional<Integer> number(String setting) {
    return text(setting).map(Integer::valueOf);
  }

  /**
   * The value of a flag.
   *
   * @param setting its name
   * @return the flag; false if there is none
   */
  public boolean flag(String setting) {
    return text(setting).map(Boolean::valueOf).orElse(false);
  }

  /**
   * The value of a duration.
   *
   * @param setting its name
   * @return the duration; empty if there is none
   */
  public Optional<Duration> duration(String setting) {
    return text(setting).flatMap(Setting::parseDuration);
  }

  /**
   * The value of a path.
   *
   * @param setting its name
   * @return the path; empty if there is none
   */
  public Optional<Path> path(String setting) {
    return text(setting).map(Path::of);
  }

  @Override
  public String toString() {
    return "BackendConfig[" + instance + ", " + values.keySet() + "]";
  }
}
