package io.autoinit.core.settings;

import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Maps the environment variables of autoinit back to settings. */
final class EnvironmentReader {

  private static final String PREFIX = "AUTOINIT_";
  private static final String FILE = "_FILE";
  private static final String BACKENDS = nameOf(Key.BACKENDS);
  private static final long LONGEST_FILE = 1 << 16;

  /** Variables that are not settings: of the launcher, and those that a step's command gets. */
  private static final Set<String> RESERVED =
      Set.of(
          "AUTOINIT_CONFIG",
          "AUTOINIT_CLASSPATH",
          "AUTOINIT_HOME",
          "AUTOINIT_LAUNCHER",
          "AUTOINIT_OPTS",
          "AUTOINIT_JAVA_OPTS",
          "AUTOINIT_JAVA_HOME",
          "AUTOINIT_STEP",
          "AUTOINIT_ATTEMPT",
          "AUTOINIT_FENCING_TOKEN");

  private static final String OF_A_SERVICE =
      "_(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?"
          + "|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)";

  /** What Kubernetes sets in every container for a Service of the name {@code autoinit}. */
  private static final Pattern OWN_SERVICE = Pattern.compile("AUTOINIT" + OF_A_SERVICE);

  /** What it sets for a Service whose name begins with {@code autoinit-}. */
  private static final Pattern OTHER_SERVICE = Pattern.compile("(AUTOINIT_\\w+?)" + OF_A_SERVICE);

  private final Map<String, String> environment;
  private final List<BackendProvider> providers;
  private final Map<String, String> knownTypes;
  private final List<String> problems;
  private final Map<String, Given> found = new LinkedHashMap<>();

  /**
   * Creates a reader.
   *
   * @param knownTypes the names of the instances that other sources know, with their types
   */
  EnvironmentReader(SettingSources sources, Map<String, String> knownTypes, List<String> problems) {
    this.environment = sources.environment();
    this.providers = sources.providers();
    this.knownTypes = knownTypes;
    this.problems = problems;
  }

  /** The environment name of a setting: upper case, dots and dashes become underscores. */
  static String nameOf(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  List<Given> read() {
    // In the order of their names, so that the problems come in the same order everywhere.
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              // An empty variable is how compose files and shells write "not set".
              if (name.startsWith(PREFIX) && !RESERVED.contains(name) && !value.isEmpty()) {
                variable(name, value);
              }
            });
    return List.copyOf(found.values());
  }

  private void variable(String name, String value) {
    Optional<String> key = keyOf(name);
    if (key.isPresent()) {
      plain(name, key.get(), value, "environment " + name);
      return;
    }
    Optional<String> fileKey =
        name.endsWith(FILE)
            ? keyOf(name.substring(0, name.length() - FILE.length()))
            : Optional.empty();
    if (fileKey.isPresent()) {
      contentOf(name, value)
          .ifPresent(
              content ->
                  plain(
                      name.substring(0, name.length() - FILE.length()),
                      fileKey.get(),
                      content,
                      "environment " + name));
    } else if (!isOfKubernetes(name)) {
      problems.add(
          "environment %s: unknown%s"
              .formatted(
                  name,
                  nearest(name)
                      .map(near -> "; did you mean " + near + "?")
                      .orElse("; all names that begin with AUTOINIT_ are settings of autoinit")));
    }
  }

  private Optional<String> keyOf(String name) {
    return name.startsWith(BACKENDS)
        ? backendKey(name.substring(BACKENDS.length()))
        : Stream.of(Key.values())
            .filter(key -> key.environmentNames().contains(name))
            .map(Key::key)
            .findFirst();
  }

  private void plain(String name, String key, String value, String source) {
    String read = value;
    if (name.equals("AUTOINIT_TIMEOUT_SEC")) {
      if (!value.strip().matches("\\d{1,9}")) {
        problems.add(
            "%s: must be a whole number of seconds, not %s".formatted(source, Given.shown(value)));
        return;
      }
      read = value.strip() + "s";
    }
    Given other = found.putIfAbsent(key, new Given(key, read, source, Given.Origin.ENVIRONMENT));
    if (other != null && !other.value().equals(read) && !sameDuration(key, other.value(), read)) {
      problems.add(
          "%s and %s both set %s, to different values; keep one of them"
              .formatted(other.source(), source, key));
    }
  }

  private static boolean sameDuration(String key, String a, String b) {
    return key.equals(Key.TIMEOUT.key())
        && Setting.parseDuration(a).isPresent()
        && Setting.parseDuration(a).equals(Setting.parseDuration(b));
  }

  private Optional<String> contentOf(String name, String path) {
    String subject = "environment %s: the file %s".formatted(name, Given.shown(path));
    try {
      Path file = Path.of(path);
      if (!Files.exists(file)) {
        problems.add(subject + " does not exist; correct the path or mount the secret");
      } else if (Files.isDirectory(file)) {
        problems.add(subject + " is a directory; name the file in it");
      } else if (Files.size(file) > LONGEST_FILE) {
        problems.add(subject + " is longer than 64 KiB, so it is not a setting");
      } else {
        return Optional.of(Files.readString(file).replaceFirst("\\r?\\n\\z", ""));
      }
    } catch (IOException | java.nio.file.InvalidPathException e) {
      problems.add(subject + " cannot be read as text by this user");
    }
    return Optional.empty();
  }

  /** The key of what stands behind {@code AUTOINIT_BACKENDS_}. */
  private Optional<String> backendKey(String rest) {
    Optional<String> ofKnown =
        knownTypes.entrySet().stream()
            .filter(known -> rest.startsWith(nameOf(known.getKey()) + "_"))
            .sorted(Comparator.comparing(known -> -known.getKey().length()))
            .flatMap(
                known ->
                    settingOf(
                        known.getKey(),
                        known.getValue(),
                        rest.substring(known.getKey().length() + 1)))
            .findFirst();
    if (ofKnown.isPresent()) {
      return ofKnown;
    }
    return providers.stream()
        .filter(p -> rest.startsWith(nameOf(p.type()) + "_"))
        .flatMap(p -> settingOf(p.type(), p.type(), rest.substring(p.type().length() + 1)))
        .findFirst()
        .or(() -> byLongestSetting(rest));
  }

  private Stream<String> settingOf(String instance, String type, String name) {
    return Stream.concat(Stream.of("type"), settingsOf(type))
        .filter(setting -> nameOf(setting).equals(name))
        .map(setting -> Key.BACKENDS + instance + "." + setting);
  }

  private Stream<String> settingsOf(String type) {
    return providers.stream()
        .filter(p -> p.type().equals(type))
        .flatMap(p -> p.settings().stream())
        .map(Setting::name);
  }

  /** An instance that only the environment knows: its name is what the setting leaves. */
  private Optional<String> byLongestSetting(String rest) {
    return Stream.concat(Stream.of("type"), providers.stream().flatMap(p -> settingsOf(p.type())))
        .filter(setting -> rest.endsWith("_" + nameOf(setting)))
        .max(Comparator.comparing(String::length))
        .map(
            setting -> {
              String instance = rest.substring(0, rest.length() - setting.length() - 1);
              return Key.BACKENDS
                  + instance.toLowerCase(Locale.ROOT).replace('_', '-')
                  + "."
                  + setting;
            });
  }

  private boolean isOfKubernetes(String name) {
    Matcher other = OTHER_SERVICE.matcher(name);
    return OWN_SERVICE.matcher(name).matches()
        || (other.matches() && environment.containsKey(other.group(1) + "_SERVICE_HOST"));
  }

  private Optional<String> nearest(String name) {
    Set<String> names = new TreeSet<>(RESERVED);
    Stream.of(Key.values()).forEach(key -> names.addAll(key.environmentNames()));
    Map<String, String> types = new LinkedHashMap<>(knownTypes);
    providers.forEach(p -> types.put(p.type(), p.type()));
    types.forEach(
        (instance, type) ->
            Stream.concat(Stream.of("type"), settingsOf(type))
                .forEach(s -> names.add(nameOf(Key.BACKENDS + instance + "." + s))));
    if (!name.endsWith(FILE)) {
      return Setting.nearest(name, new ArrayList<>(names));
    }
    String stem = name.substring(0, name.length() - FILE.length());
    return Setting.nearest(stem, new ArrayList<>(names)).map(near -> near + FILE);
  }
}
