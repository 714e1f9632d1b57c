package io.autoinit.core.settings;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.StepPolicy;
import io.autoinit.spi.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads one entry of {@code autoinit.steps}, and the commands that hear of the end. */
final class CommandReader {

  private static final List<String> FIELDS =
      List.of(
          "name",
          "phase",
          "command",
          "after",
          "timeout",
          "attempts",
          "backoff",
          "on-failure",
          "directory",
          "environment");
  private static final String COMMAND = "[\"psql\", \"-f\", \"seed.sql\"]";
  private static final String STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final String MISSING = "; correct it or install it";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final Pattern VARIABLE = Pattern.compile("[^=\\x00]+");

  private final ConfigObject fields;
  private final String source;
  private final SettingSources sources;
  private final List<String> problems;
  private final List<String> absences;
  private final String subject;

  private CommandReader(
      ConfigObject fields,
      String source,
      SettingSources sources,
      List<String> problems,
      List<String> absences) {
    this.fields = fields;
    this.source = source;
    this.sources = sources;
    this.problems = problems;
    this.absences = absences;
    this.subject = scalar(fields, "name").map(name -> "step " + Given.shown(name)).orElse("a step");
  }

  /**
   * Reads all of them.
   *
   * @param problems where to add what is wrong with a declaration
   * @param absences where to add which program or directory is not here: no matter to who only
   *     looks or waits
   */
  static List<CommandDeclaration> read(
      List<ConfigValue> steps,
      SettingSources sources,
      List<String> problems,
      List<String> absences) {
    List<CommandDeclaration> read = new ArrayList<>();
    for (ConfigValue step : steps) {
      String source = ConfigFile.place(step.origin(), Path.of("autoinit.conf"));
      if (step instanceof ConfigObject fields) {
        new CommandReader(fields, source, sources, problems, absences).step().ifPresent(read::add);
      } else {
        problems.add(
            source + ": a step must be a block in braces: { name = ..., command = [...] }");
      }
    }
    return read;
  }

  /** The names of the steps that could not be read, as far as they have one. */
  static Set<String> unread(List<ConfigValue> steps, List<CommandDeclaration> read) {
    Set<String> names = new TreeSet<>();
    for (ConfigValue step : steps) {
      if (step instanceof ConfigObject fields) {
        scalar(fields, "name").ifPresent(names::add);
      }
    }
    read.forEach(step -> names.remove(step.name()));
    return names;
  }

  /** The command of a hook; empty if there is none, or if it is wrong. */
  static List<String> hook(
      String key,
      Map<String, ConfigValue> hooks,
      SettingSources sources,
      List<String> problems,
      List<String> absences) {
    ConfigValue value = hooks.get(key);
    if (value == null) {
      return List.of();
    }
    List<String> command =
        value instanceof ConfigList list ? textsOf(list).orElse(List.of()) : List.of();
    String subject =
        "%s: %s: ".formatted(ConfigFile.place(value.origin(), Path.of("autoinit.conf")), key);
    if (command.isEmpty() || command.get(0).isBlank()) {
      problems.add(
          subject
              + "must be a list of texts that begins with a program, for example "
              + "[\"notify\", \"--to\", \"ops\"]");
      return List.of();
    }
    Executables.missing(
            command.get(0),
            sources.environment().getOrDefault("PATH", STANDARD_PATH),
            sources.workingDirectory())
        .ifPresent(missing -> absences.add(subject + missing + MISSING));
    return command;
  }

  /** As far as it is right; one of unknown name or phase has no place among the others. */
  private Optional<CommandDeclaration> step() {
    for (String field : new TreeMap<>(fields).keySet()) {
      if (!FIELDS.contains(field)) {
        problem(
            "'%s' is unknown; %s"
                .formatted(
                    field,
                    Setting.nearest(field, FIELDS)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("a step takes " + String.join(", ", FIELDS))));
      }
    }
    String name =
        required("name", "the name of the step")
            .filter(
                n ->
                    legal(
                        NAME.matcher(n).matches(),
                        "name",
                        "small letters, digits and dashes, beginning with a letter, at most 64",
                        n))
            .orElse("");
    Optional<Phase> phase = required("phase", "infrastructure or node").flatMap(this::phase);
    List<String> command = command();
    Map<String, String> environment = environment();
    Optional<Path> directory = directory();
    StepPolicy policy = policy(phase.orElse(Phase.INFRASTRUCTURE));
    if (!command.isEmpty()) {
      program(command.get(0), environment, directory);
    }
    Set<String> after = Set.copyOf(texts("after", "[\"migrate\"]"));
    return name.isEmpty() || phase.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CommandDeclaration(
                name, phase.get(), command, after, policy, directory, environment, source));
  }

  private void problem(String sentence) {
    problems.add("%s: %s: %s".formatted(source, subject, sentence));
  }

  private void absence(String sentence) {
    absences.add("%s: %s: %s".formatted(source, subject, sentence));
  }

  private boolean legal(boolean legal, String field, String expected, String value) {
    if (!legal) {
      problem(expectation(field, expected, value));
    }
    return legal;
  }

  private static String expectation(String field, String expected, String value) {
    return "%s must be %s, not %s".formatted(field, expected, Given.shown(value));
  }

  private Optional<Phase> phase(String value) {
    for (Phase phase : Phase.values()) {
      if (phase.label().equals(value)) {
        return Optional.of(phase);
      }
    }
    legal(false, "phase", "infrastructure or node", value);
    return Optional.empty();
  }

  private StepPolicy policy(Phase phase) {
    StepPolicy policy = StepPolicy.of(phase);
    Optional<Duration> timeout = duration("timeout", true);
    if (timeout.isPresent()) {
      policy = policy.withTimeout(timeout.get());
    }
    int attempts =
        scalar("attempts")
            .filter(
                a -> legal(a.matches("[1-9]\\d{0,5}"), "attempts", "a whole number from 1 on", a))
            .map(Integer::valueOf)
            .orElse(policy.attempts());
    policy = policy.withAttempts(attempts, duration("backoff", false).orElse(policy.backoff()));
    Optional<String> onFailure =
        scalar("on-failure")
            .filter(f -> legal(f.matches("abort|continue"), "on-failure", "abort or continue", f));
    return onFailure.isEmpty()
        ? policy
        : policy.withOnFailure(
            onFailure.get().equals("abort") ? OnFailure.ABORT : OnFailure.CONTINUE);
  }

  private Optional<Duration> duration(String field, boolean positive) {
    Optional<String> text = scalar(field);
    Optional<Duration> value = text.flatMap(Setting::parseDuration);
    if (text.isPresent()) {
      String expected =
          Setting.Kind.DURATION.expectation() + (positive ? ", longer than zero" : "");
      boolean legal = value.filter(d -> !positive || !d.isZero()).isPresent();
      return legal(legal, field, expected, text.get()) ? value : Optional.empty();
    }
    return Optional.empty();
  }

  private Optional<Path> directory() {
    Optional<String> text = scalar("directory");
    Optional<Path> directory =
        text.filter(t -> t.indexOf('\0') < 0).map(sources.workingDirectory()::resolve);
    if (text.isPresent() && directory.filter(Files::isDirectory).isEmpty()) {
      String missing = expectation("directory", "a directory that exists", text.get());
      if (directory.isEmpty()) {
        problem(missing);
      } else {
        absence(missing);
      }
      return Optional.empty();
    }
    return directory;
  }

  private void program(String program, Map<String, String> environment, Optional<Path> directory) {
    String path =
        environment.getOrDefault("PATH", sources.environment().getOrDefault("PATH", STANDARD_PATH));
    Executables.missing(program, path, directory.orElse(sources.workingDirectory()))
        .ifPresent(missing -> absence(missing + MISSING));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    ConfigValue value = fields.get("environment");
    if (value instanceof ConfigObject block) {
      block.forEach(
          (name, v) -> {
            Optional<String> text = scalar(block, name);
            if (text.isEmpty() || !VARIABLE.matcher(name).matches()) {
              problem("environment must hold variables with one value each: { NAME = value }");
            } else {
              environment.put(name, text.get());
            }
          });
    } else if (!isAbsent("environment")) {
      problem("environment must be a block of variables in braces: { NAME = value }");
    }
    return environment;
  }

  private List<String> command() {
    if (isAbsent("command")) {
      missing("command is missing, for example command = " + COMMAND, "command");
      return List.of();
    }
    int before = problems.size();
    List<String> command = texts("command", COMMAND);
    if (problems.size() == before && (command.isEmpty() || command.get(0).isBlank())) {
      problem("command must begin with a program, for example command = " + COMMAND);
      return List.of();
    }
    return command;
  }

  private List<String> texts(String field, String example) {
    if (isAbsent(field)) {
      return List.of();
    }
    Optional<List<String>> texts =
        fields.get(field) instanceof ConfigList list ? textsOf(list) : Optional.empty();
    if (texts.isEmpty()) {
      problem("%s must be a list of texts, for example %s = %s".formatted(field, field, example));
    }
    return texts.orElse(List.of());
  }

  private static Optional<List<String>> textsOf(ConfigList list) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue entry : list) {
      Optional<String> text = scalar(entry.atKey("entry").root(), "entry");
      if (text.isEmpty() || text.get().indexOf('\0') >= 0) {
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(texts);
  }

  private boolean isAbsent(String field) {
    ConfigValue value = fields.get(field);
    return value == null || value.valueType() == ConfigValueType.NULL;
  }

  /** A field that is misspelt was told by its right name. */
  private void missing(String problem, String field) {
    if (fields.keySet().stream()
        .filter(given -> !FIELDS.contains(given))
        .noneMatch(given -> Setting.nearest(given, FIELDS).equals(Optional.of(field)))) {
      problem(problem);
    }
  }

  private Optional<String> required(String field, String meaning) {
    Optional<String> value = scalar(field);
    if (isAbsent(field)) {
      missing("%s is missing: %s".formatted(field, meaning), field);
    }
    return value;
  }

  private Optional<String> scalar(String field) {
    ConfigValue value = fields.get(field);
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      problem(field + " must be one value");
    }
    return scalar(fields, field);
  }

  private static Optional<String> scalar(ConfigObject object, String name) {
    ConfigValue value = object.get(name);
    if (value == null
        || value.valueType() == ConfigValueType.NULL
        || value instanceof ConfigObject
        || value instanceof ConfigList) {
      return Optional.empty();
    }
    return Optional.of(object.toConfig().getString(ConfigUtil.quoteString(name)));
  }
}
