package io.autoinit.core.settings;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the backend instances of what was given below {@code autoinit.backends}. */
final class BackendInstances {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  /** The types of the modules autoinit-backend-*, which may not be on the class path. */
  private static final Set<String> OWN = Set.of("postgres", "redis", "hazelcast", "zookeeper");

  /** The settings that say how long a store may take, in all backends of autoinit. */
  private static final Set<String> TIMEOUTS = Set.of("connect-timeout", "command-timeout");

  /** A connection takes its time, however short the patience. */
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  /** The settings that an instance takes over from the top level where it sets none of its own. */
  private static final List<Key> INHERITED = List.of(Key.READINESS_KEY_PREFIX, Key.MARKER_DIR);

  private final Map<String, Given> given;
  private final String client;
  private final Map<String, BackendProvider> providers;
  private final String noFile;
  private final List<String> problems;

  /**
   * Creates it.
   *
   * @param noFile what is told beside a setting that is missing, where no file was found
   */
  BackendInstances(
      Map<String, Given> given,
      String client,
      Map<String, BackendProvider> providers,
      String noFile,
      List<String> problems) {
    this.given = given;
    this.client = client;
    this.providers = providers;
    this.noFile = noFile;
    this.problems = problems;
  }

  /** What is wrong with the name of an instance. */
  static Optional<String> illegalName(String name) {
    return NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "the backend instance %s needs a name of small letters, digits and dashes that begins with a letter"
                .formatted(Given.shown(name)));
  }

  /** The providers by type; two of one type are a problem. */
  static Map<String, BackendProvider> byType(
      List<BackendProvider> providers, List<String> problems) {
    Map<String, BackendProvider> byType = new TreeMap<>();
    for (BackendProvider provider : providers) {
      if (!NAME.matcher(provider.type()).matches()) {
        problems.add(
            "class path: %s provides backends of the type %s, which is no legal name; remove its jar"
                .formatted(provider.getClass().getName(), Given.shown(provider.type())));
        continue;
      }
      BackendProvider other = byType.putIfAbsent(provider.type(), provider);
      if (other != null) {
        problems.add(
            "class path: %s and %s both provide backends of type '%s'; remove the jar of one of them"
                .formatted(
                    other.getClass().getName(), provider.getClass().getName(), provider.type()));
      }
    }
    return byType;
  }

  /** The instances that the configuration knows, without those whose settings have problems. */
  Map<String, BackendInstance> configured() {
    Map<String, Map<String, Given>> byName = new LinkedHashMap<>();
    given.forEach(
        (key, value) -> {
          if (key.startsWith(Key.BACKENDS)) {
            String[] parts = key.substring(Key.BACKENDS.length()).split("\\.", 2);
            Map<String, Given> settings =
                byName.computeIfAbsent(parts[0], name -> new LinkedHashMap<>());
            if (parts.length == 2) {
              settings.put(parts[1], value);
            } else if (!value.value().isEmpty()) {
              problems.add(value.problem("is an instance, not a setting; set one of its settings"));
            }
          }
        });
    // A role that names a type makes an instance of it, with what that type takes by itself.
    for (Role role : Role.values()) {
      Given named = given.get(Key.of(role).key());
      if (named != null && providers.containsKey(named.value())) {
        byName.computeIfAbsent(named.value(), name -> new LinkedHashMap<>());
      }
    }
    Map<String, BackendInstance> instances = new LinkedHashMap<>();
    byName.forEach(
        (name, settings) -> instance(name, settings).ifPresent(i -> instances.put(name, i)));
    return instances;
  }

  /**
   * The built-in instance that nobody needs to configure. Whether its directory can be used matters
   * only where it plays a role: see {@link #examine}.
   */
  Optional<BackendInstance> builtIn() {
    BackendProvider provider = providers.get(BackendInstance.FILE);
    if (provider == null) {
      return Optional.empty();
    }
    Map<String, Given> taken = inherited(provider);
    int before = problems.size();
    check(BackendInstance.FILE, provider, taken);
    if (problems.size() > before) {
      return Optional.empty();
    }
    BackendConfig config =
        BackendConfig.of(
            BackendInstance.FILE, client, new WithoutProblems(provider), values(taken));
    return Optional.of(new BackendInstance(BackendInstance.FILE, provider, config, true));
  }

  /** Adds what the provider finds wrong with the built-in instance. */
  void examine(BackendInstance builtIn) {
    BackendProvider provider = builtIn.provider();
    provider
        .problems(builtIn.config())
        .forEach(problem -> problems.add(withSource(problem, builtIn.name(), inherited(provider))));
  }

  /** A provider that does not look at the values. */
  private record WithoutProblems(BackendProvider provider) implements BackendProvider {
    @Override
    public String type() {
      return provider.type();
    }

    @Override
    public Set<Role> roles() {
      return provider.roles();
    }

    @Override
    public List<Setting> settings() {
      return provider.settings();
    }

    @Override
    public Backend open(BackendConfig config) {
      return provider.open(config);
    }

    @Override
    public Backend openAside(BackendConfig config) {
      return provider.openAside(config);
    }
  }

  private Optional<BackendInstance> instance(String name, Map<String, Given> settings) {
    Optional<String> illegal = illegalName(name);
    if (illegal.isPresent()) {
      problems.add(settings.values().iterator().next().source() + ": " + illegal.get());
      return Optional.empty();
    }
    Given typed = settings.get("type");
    String type = typed == null ? name : typed.value();
    BackendProvider provider = providers.get(type);
    if (provider == null) {
      problems.add(unknownType(name, type, Optional.ofNullable(typed), settings));
      return Optional.empty();
    }
    Map<String, Given> taken = inherited(provider);
    taken.putAll(settings);
    taken.remove("type");
    int before = problems.size();
    check(name, provider, taken);
    return problems.size() > before ? Optional.empty() : accepted(name, provider, taken);
  }

  private Map<String, Given> inherited(BackendProvider provider) {
    Map<String, Given> inherited = new LinkedHashMap<>();
    for (Key key : INHERITED) {
      Optional<Setting> declared =
          provider.settings().stream().filter(s -> s.name().equals(key.label())).findFirst();
      Given value = given.get(key.key());
      if (declared.isPresent() && value != null) {
        inherited.put(key.label(), value);
      } else if (declared.flatMap(Setting::standard).isEmpty() && declared.isPresent()) {
        key.standard()
            .ifPresent(
                s ->
                    inherited.put(
                        key.label(), new Given(key.key(), s, "default", Given.Origin.DEFAULT)));
      }
    }
    return inherited;
  }

  private String unknownType(
      String name, String type, Optional<Given> typed, Map<String, Given> settings) {
    List<String> types = new ArrayList<>(providers.keySet());
    Optional<String> nearest = Setting.nearest(type, types);
    nearest.ifPresent(
        near -> {
          types.remove(near);
          types.add(0, near);
        });
    String source =
        typed
            .or(() -> settings.values().stream().findFirst())
            .map(value -> value.source() + ": ")
            .orElse("");
    String only = types.isEmpty() ? "none" : String.join(", ", types);
    if (OWN.contains(type)) {
      return "%s%s%s: no backend of type %s is on the class path, only %s; add autoinit-backend-%s with its libraries, which are below backends/%s in the distribution"
          .formatted(source, Key.BACKENDS, name, Given.shown(type), only, type, type);
    }
    return "%s%s%s: no backend of type %s is on the class path, only %s; %sadd the jar of that backend%s"
        .formatted(
            source,
            Key.BACKENDS,
            name,
            Given.shown(type),
            only,
            nearest.map(near -> "did you mean " + near + "? Else ").orElse(""),
            typed.isPresent() ? "" : ", or say which it is with " + Key.BACKENDS + name + ".type");
  }

  private void check(String name, BackendProvider provider, Map<String, Given> taken) {
    Map<String, Setting> declared =
        provider.settings().stream()
            .collect(Collectors.toMap(Setting::name, s -> s, (a, b) -> a, LinkedHashMap::new));
    taken.forEach(
        (setting, value) -> {
          Setting known = declared.get(setting);
          if (known == null) {
            problems.add(unknownSetting(name, provider, setting, value));
          } else {
            known
                .expectationMissedBy(value.value())
                .ifPresent(expected -> problems.add(missed(value, known, expected)));
          }
        });
    declared.values().stream()
        .filter(s -> s.required() && !taken.containsKey(s.name()))
        .filter(s -> !isMisspelt(s.name(), declared, taken))
        .forEach(
            s -> {
              String key = Key.BACKENDS + name + "." + s.name();
              problems.add(
                  "%s is missing%s: %s; set it, for example by %s"
                      .formatted(key, noFile, s.meaning(), EnvironmentReader.nameOf(key)));
            });
  }

  /** What is told by its right name already. */
  private static boolean isMisspelt(
      String name, Map<String, Setting> declared, Map<String, Given> taken) {
    return taken.keySet().stream()
        .filter(given -> !declared.containsKey(given))
        .anyMatch(
            given ->
                Setting.nearest(given, List.copyOf(declared.keySet())).equals(Optional.of(name)));
  }

  private static String missed(Given value, Setting setting, String expected) {
    return value.problem(
        setting.kind() == Setting.Kind.SECRET
            ? "must be " + expected
            : "must be %s, not %s".formatted(expected, Given.shown(value.value())));
  }

  private static String unknownSetting(
      String name, BackendProvider provider, String setting, Given value) {
    List<String> names =
        Stream.concat(Stream.of("type"), provider.settings().stream().map(Setting::name)).toList();
    return value.problem(
        "is unknown; "
            + Setting.nearest(setting, names)
                .map(near -> "did you mean " + Key.BACKENDS + name + "." + near + "?")
                .orElse(
                    "a backend of type %s takes %s"
                        .formatted(provider.type(), String.join(", ", names))));
  }

  /** The last word is the provider's own. */
  private Optional<BackendInstance> accepted(
      String name, BackendProvider provider, Map<String, Given> taken) {
    try {
      BackendConfig config =
          BackendConfig.of(name, client, provider, withinTheTimeout(provider, values(taken)));
      return Optional.of(
          new BackendInstance(name, provider, config, Locality.isOnThisMachine(provider, config)));
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> problems.add(withSource(problem, name, taken)));
      return Optional.empty();
    }
  }

  /** Who waits for less than a store may take by default waits no longer for the store. */
  private Map<String, String> withinTheTimeout(
      BackendProvider provider, Map<String, String> values) {
    Optional<Duration> longest =
        Optional.ofNullable(given.get(Key.TIMEOUT.key()))
            .flatMap(timeout -> Setting.parseDuration(timeout.value()))
            .filter(timeout -> !timeout.isZero())
            .map(timeout -> timeout.compareTo(SHORTEST) < 0 ? SHORTEST : timeout);
    if (longest.isPresent()) {
      provider.settings().stream()
          .filter(s -> TIMEOUTS.contains(s.name()) && s.kind() == Setting.Kind.DURATION)
          .filter(s -> !values.containsKey(s.name()) && isLonger(s, longest.get()))
          .forEach(s -> values.put(s.name(), longest.get().toMillis() + "ms"));
    }
    return values;
  }

  private static boolean isLonger(Setting setting, Duration longest) {
    return setting
        .standard()
        .flatMap(Setting::parseDuration)
        .filter(own -> own.compareTo(longest) > 0)
        .isPresent();
  }

  private static Map<String, String> values(Map<String, Given> taken) {
    Map<String, String> values = new LinkedHashMap<>();
    taken.forEach((setting, value) -> values.put(setting, value.value()));
    return values;
  }

  private static String withSource(String problem, String name, Map<String, Given> taken) {
    Map<String, Given> named = new LinkedHashMap<>();
    taken.forEach(
        (setting, value) -> {
          named.put(value.key(), value);
          named.put(Key.BACKENDS + name + "." + setting, value);
        });
    return Places.told(problem, named);
  }
}
