package io.autoinit.core.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.autoinit.spi.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code autoinit.conf} says. Never shows the library's own messages: they quote the file, and
 * with it a secret.
 *
 * @param values the settings
 * @param steps the declarations of command steps
 * @param hooks the commands that hear of the end, by their keys
 */
record ConfigFile(List<Given> values, List<ConfigValue> steps, Map<String, ConfigValue> hooks) {

  private static final String ROOT = "autoinit";
  private static final String STANDARD = "autoinit.conf";
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  static ConfigFile none() {
    return new ConfigFile(List.of(), List.of(), Map.of());
  }

  /** Reads the file that the sources name, or the one in the working directory if there is one. */
  static ConfigFile find(SettingSources sources, List<String> problems) {
    Path directory = sources.workingDirectory();
    if (sources.config().isPresent()) {
      Path file = directory.resolve(sources.config().get());
      return named(file, "the configuration file " + file, sources, problems);
    }
    String variable = sources.environment().getOrDefault("AUTOINIT_CONFIG", "");
    if (!variable.isEmpty()) {
      Path file = directory.resolve(variable);
      return named(file, "environment AUTOINIT_CONFIG: " + file, sources, problems);
    }
    Path standard = directory.resolve(STANDARD);
    return Files.exists(standard)
        ? named(standard, "the configuration file " + standard, sources, problems)
        : none();
  }

  /** Where none was found; empty if one was, or if somebody named one. */
  static Optional<String> absence(SettingSources sources) {
    boolean named =
        sources.config().isPresent()
            || !sources.environment().getOrDefault("AUTOINIT_CONFIG", "").isEmpty();
    return named || Files.exists(sources.workingDirectory().resolve(STANDARD))
        ? Optional.empty()
        : Optional.of(
            "there is no %s in %s, and neither --config nor AUTOINIT_CONFIG names another file"
                .formatted(STANDARD, sources.workingDirectory()));
  }

  private static ConfigFile named(
      Path file, String subject, SettingSources sources, List<String> problems) {
    if (!Files.exists(file)) {
      problems.add(subject + " does not exist; correct the path");
      return none();
    }
    if (Files.isDirectory(file)) {
      problems.add(subject + " is a directory; name the file in it");
      return none();
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      problems.add(subject + " is not a file that this user may read; look at its owner and mode");
      return none();
    }
    try {
      return read(file, sources.environment(), problems);
    } catch (ConfigException.UnresolvedSubstitution e) {
      Matcher name = SUBSTITUTION.matcher(String.valueOf(e.getMessage()));
      problems.add(
          "%s: %s has no value; set the environment variable, or write ${?NAME} where it may be missing"
              .formatted(place(e.origin(), file), name.find() ? name.group() : "a substitution"));
    } catch (ConfigException e) {
      problems.add(
          "%s: this is not HOCON; look at the quotes, braces and commas there"
              .formatted(place(e.origin(), file)));
    }
    return none();
  }

  private static ConfigFile read(
      Path file, Map<String, String> environment, List<String> problems) {
    Config parsed =
        ConfigFactory.parseFile(
            file.toFile(),
            ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF));
    Config resolved =
        parsed
            .withFallback(ConfigValueFactory.fromMap(environment, "environment"))
            .resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(false));
    ConfigFile read = new ConfigFile(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
    for (String key : parsed.root().keySet()) {
      ConfigValue value = resolved.root().get(key);
      if (value == null) {
        continue;
      }
      if (!key.equals(ROOT)) {
        problems.add(
            "%s: %s is unknown; settings stand inside of autoinit { }"
                .formatted(place(value.origin(), file), Given.shown(key)));
      } else if (value instanceof ConfigObject object) {
        read.root(object, file, problems);
      } else {
        problems.add(
            place(value.origin(), file) + ": autoinit must be a block of settings in braces");
      }
    }
    return read;
  }

  private void root(ConfigObject root, Path file, List<String> problems) {
    new TreeMap<>(root)
        .forEach(
            (name, value) -> {
              String key = ROOT + "." + name;
              String place = place(value.origin(), file);
              if (value.valueType() == ConfigValueType.NULL) {
                return;
              }
              if (key.equals(Key.STEPS)) {
                if (value instanceof ConfigList list) {
                  steps.addAll(list);
                } else {
                  problems.add(place + ": " + key + " must be a list of steps in square brackets");
                }
              } else if (Key.OF_THE_FILE.contains(key)) {
                hooks.put(key, value);
              } else if (Key.BACKENDS.equals(key + ".")) {
                instances(value, file, problems);
              } else {
                scalar(root, name, key, place)
                    .ifPresentOrElse(values::add, () -> block(key, place, problems));
              }
            });
  }

  private void instances(ConfigValue backends, Path file, List<String> problems) {
    if (!(backends instanceof ConfigObject instances)) {
      block(ROOT + ".backends", place(backends.origin(), file), problems);
      return;
    }
    new TreeMap<>(instances)
        .forEach(
            (name, value) -> {
              String place = place(value.origin(), file);
              Optional<String> illegal = BackendInstances.illegalName(name);
              if (illegal.isPresent()) {
                problems.add(place + ": " + illegal.get());
                return;
              }
              if (!(value instanceof ConfigObject settings)) {
                problems.add(
                    "%s: %s%s must be a block of settings in braces"
                        .formatted(place, Key.BACKENDS, name));
                return;
              }
              // An empty block declares an instance, too.
              values.add(new Given(Key.BACKENDS + name, "", place, Given.Origin.FILE));
              new TreeMap<>(settings)
                  .forEach(
                      (setting, v) -> {
                        String key = Key.BACKENDS + name + "." + setting;
                        String at = place(v.origin(), file);
                        if (v.valueType() != ConfigValueType.NULL) {
                          scalar(settings, setting, key, at)
                              .ifPresentOrElse(values::add, () -> block(key, at, problems));
                        }
                      });
            });
  }

  private static Optional<Given> scalar(
      ConfigObject object, String name, String key, String place) {
    ConfigValue value = object.get(name);
    if (value == null || value instanceof ConfigObject || value instanceof ConfigList) {
      return Optional.empty();
    }
    return Optional.of(
        new Given(
            key,
            object.toConfig().getString(ConfigUtil.quoteString(name)),
            place,
            Given.Origin.FILE));
  }

  /** A block or list where a value belongs: misspelt, or a known setting used wrongly. */
  private static void block(String key, String place, List<String> problems) {
    if (Key.find(key).isPresent() || key.startsWith(ROOT + ".backends")) {
      problems.add("%s: %s must be one value, not a block or a list".formatted(place, key));
      return;
    }
    List<String> names = new ArrayList<>(Arrays.stream(Key.values()).map(Key::key).toList());
    names.addAll(Key.OF_THE_FILE);
    names.add(ROOT + ".backends");
    problems.add(
        "%s: %s is unknown%s"
            .formatted(
                place,
                key,
                Setting.nearest(key, names)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("")));
  }

  static String place(ConfigOrigin origin, Path file) {
    String name = origin == null || origin.filename() == null ? file.toString() : origin.filename();
    return origin == null || origin.lineNumber() < 1 ? name : name + ": " + origin.lineNumber();
  }
}
