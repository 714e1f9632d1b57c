package io.autoinit.core.settings;

import io.autoinit.ConfigurationException;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the settings: one reader, one place. */
public final class SettingsReader {

  private static final String PREFIX = "autoinit.";

  /** System properties that are not settings: of the launcher, and of the project's own build. */
  private static final List<String> RESERVED =
      List.of(
          "autoinit.home",
          "autoinit.launcher",
          "autoinit.classpath",
          "autoinit.test.",
          "autoinit.docs.");

  private final SettingSources sources;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Given> given = new LinkedHashMap<>();
  private boolean unreadable;

  private SettingsReader(SettingSources sources) {
    this.sources = sources;
  }

  /**
   * Reads and checks all settings. Reads files, and touches no store.
   *
   * @param sources where they come from
   * @return the settings
   * @throws io.autoinit.ConfigurationException with every problem of all sources
   */
  public static Settings read(SettingSources sources) {
    return new SettingsReader(sources).read();
  }

  /**
   * Reads and checks all settings, for one who wants to hear of the stores also where the settings
   * have problems. Reads files, and touches no store.
   *
   * @param sources where they come from
   * @return what was found
   * @throws io.autoinit.ConfigurationException if the configuration file could not be read at all
   */
  public static Examined examine(SettingSources sources) {
    SettingsReader reader = new SettingsReader(sources);
    Examined examined = reader.examine();
    if (reader.unreadable) {
      throw new ConfigurationException(examined.problems());
    }
    return examined;
  }

  /**
   * What the settings are, as far as they are right.
   *
   * @param problems every problem of all sources
   * @param backends the configured instances without problems, and the built-in one if it plays a
   *     role
   * @param roles the instance that plays each role; empty if that is open
   * @param steps the commands that have a name and a phase, in the order of the configuration; with
   *     problems they are good for that order alone
   * @param unread the names of those that have none
   * @param noFile where no configuration file was found; empty if one was
   * @param settings all of them, if there is no problem
   */
  public record Examined(
      List<String> problems,
      Map<String, BackendInstance> backends,
      Map<Role, String> roles,
      List<CommandDeclaration> steps,
      Set<String> unread,
      Optional<String> noFile,
      Optional<Settings> settings) {}

  private Settings read() {
    Examined examined = examine();
    return examined.settings().orElseThrow(() -> new ConfigurationException(examined.problems()));
  }

  private Examined examine() {
    Map<String, BackendProvider> providers = BackendInstances.byType(sources.providers(), problems);
    int beforeFile = problems.size();
    ConfigFile file = ConfigFile.find(sources, problems);
    unreadable = problems.size() > beforeFile && file.values().isEmpty() && file.steps().isEmpty();
    List<Given> properties = properties();
    List<Given> explicit =
        sources.explicit().stream()
            .map(e -> new Given(e.key(), e.value(), e.source(), Given.Origin.EXPLICIT))
            .toList();

    List<Given> others = new ArrayList<>(file.values());
    others.addAll(properties);
    others.addAll(explicit);
    accept(file.values());
    accept(new EnvironmentReader(sources, instanceTypes(others), problems).read());
    accept(properties);
    accept(explicit);
    checkValues();
    // Where a store is, or whether there is any, may stand in the file that was not read.
    Optional<String> noFile = ConfigFile.absence(sources);
    if (unreadable) {
      return new Examined(
          List.copyOf(new LinkedHashSet<>(problems)),
          Map.of(),
          Map.of(),
          List.of(),
          Set.of(),
          noFile,
          Optional.empty());
    }

    List<String> absences = sources.runsSteps() ? problems : new ArrayList<>();
    List<CommandDeclaration> steps = CommandReader.read(file.steps(), sources, problems, absences);
    Hooks hooks =
        new Hooks(
            CommandReader.hook(Key.ON_READY, file.hooks(), sources, problems, absences),
            CommandReader.hook(Key.ON_FAILURE, file.hooks(), sources, problems, absences));
    // Whoever configured nothing may be in the wrong directory.
    String beside = noFile.map(" (%s)"::formatted).orElse("");
    BackendInstances instances =
        new BackendInstances(given, sources.client(), providers, beside, problems);
    int before = problems.size();
    Map<String, BackendInstance> configured = instances.configured();
    Optional<BackendInstance> builtIn =
        configured.containsKey(BackendInstance.FILE) ? Optional.empty() : instances.builtIn();
    // An instance that cannot be used would only make follow-up problems here.
    Map<Role, String> roles =
        problems.size() > before
            ? Map.of()
            : new RoleAssignment(given, configured, builtIn, beside, problems).assign();
    builtIn.filter(b -> roles.containsValue(b.name())).ifPresent(instances::examine);
    Map<String, BackendInstance> backends = new LinkedHashMap<>(configured);
    builtIn.ifPresent(b -> backends.put(b.name(), b));

    Pace pace = pace();
    Optional<RunId> runId = checked(Key.RUN_ID, RunId::new);
    Optional<Namespace> namespace = checked(Key.NAMESPACE, Namespace::new);
    Optional<NodeId> nodeId = checked(Key.NODE_ID, NodeId::new);
    if (!given.containsKey(Key.RUN_ID.key())) {
      DefaultRunId.refusal(sources, text(Key.ENVIRONMENT), roles, backends)
          .ifPresent(problems::add);
    }
    if (configured.isEmpty() && !given.containsKey(Key.MARKER_DIR.key())) {
      DefaultRunId.production(sources, text(Key.ENVIRONMENT))
          .map(production -> alone(production, beside, providers.values()))
          .ifPresent(problems::add);
    }
    List<String> found = List.copyOf(new LinkedHashSet<>(problems));
    Map<String, BackendInstance> inUse = new LinkedHashMap<>(configured);
    builtIn.filter(b -> roles.containsValue(b.name())).ifPresent(b -> inUse.put(b.name(), b));
    return new Examined(
        found,
        inUse,
        Map.copyOf(roles),
        steps,
        CommandReader.unread(file.steps(), steps),
        noFile,
        found.isEmpty()
            ? Optional.of(
                settings(
                    runId, namespace, nodeId, pace, roles, backends, steps, hooks, absences,
                    noFile))
            : Optional.empty());
  }

  /** What there is on the class path is what can be set. */
  private static String alone(
      String production, String beside, Collection<BackendProvider> providers) {
    String wayOut =
        providers.stream()
            .filter(p -> !p.type().equals(BackendInstance.FILE))
            .sorted(
                Comparator.comparing((BackendProvider p) -> !p.type().equals("postgres"))
                    .thenComparing(BackendProvider::type))
            .findFirst()
            .map(p -> "say where the store is, for example by " + variable(p))
            .orElse(
                "add the module of a backend, autoinit-backend-postgres for example, and set where its store is");
    return "no backend is configured%s: %s, and each container would be a fleet of its own; %s, or set AUTOINIT_MARKER_DIR to a volume that all of them see"
        .formatted(beside, production, wayOut);
  }

  private static String variable(BackendProvider provider) {
    List<String> names = provider.settings().stream().map(Setting::name).toList();
    String where =
        Stream.of("url", "connect", "addresses")
            .filter(names::contains)
            .findFirst()
            .or(() -> names.stream().findFirst())
            .orElse("...");
    return EnvironmentReader.nameOf(Key.BACKENDS + provider.type() + "." + where);
  }

  private Settings settings(
      Optional<RunId> runId,
      Optional<Namespace> namespace,
      Optional<NodeId> nodeId,
      Pace pace,
      Map<Role, String> roles,
      Map<String, BackendInstance> backends,
      List<CommandDeclaration> steps,
      Hooks hooks,
      List<String> absences,
      Optional<String> noFile) {
    return new Settings(
        runId.orElseGet(() -> DefaultRunId.of(sources.workingDirectory())),
        runId.isPresent(),
        namespace.orElse(Namespace.DEFAULT),
        nodeId,
        text(Key.ENVIRONMENT),
        duration(Key.TIMEOUT),
        text(Key.WAIT_WHILE_PROGRESSING).map(Boolean::valueOf).orElse(false),
        text(Key.READINESS_KEY_PREFIX).orElseThrow(),
        Path.of(text(Key.MARKER_DIR).orElseThrow()),
        text(Key.FATAL_ON_ERROR).map(Boolean::valueOf).orElse(false),
        pace,
        roles,
        backends,
        text(Key.PROBE_PORT)
            .map(port -> new ProbeAddress(text(Key.PROBE_ADDRESS), Integer.parseInt(port))),
        steps,
        hooks,
        absences,
        noFile);
  }

  private List<Given> properties() {
    List<Given> read = new ArrayList<>();
    new TreeMap<>(sources.properties())
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && RESERVED.stream().noneMatch(name::startsWith)) {
                read.add(new Given(name, value, "-D" + name, Given.Origin.PROPERTY));
              }
            });
    return read;
  }

  /** Takes over the values of one source; those whose key is unknown are problems. */
  private void accept(List<Given> values) {
    for (Given value : values) {
      if (Key.find(value.key()).isPresent() || isOfInstance(value.key())) {
        given.put(value.key(), value);
      } else if (Key.OF_THE_FILE.contains(value.key())) {
        problems.add(value.problem("can be declared in the configuration file only"));
      } else {
        problems.add(value.problem("is unknown" + nearest(value)));
      }
    }
  }

  private static boolean isOfInstance(String key) {
    return key.startsWith(Key.BACKENDS) && key.length() > Key.BACKENDS.length();
  }

  private static String nearest(Given value) {
    if (value.key().equals("autoinit.config")) {
      return "; the configuration file is named by AUTOINIT_CONFIG or --config";
    }
    List<String> names = new ArrayList<>(Arrays.stream(Key.values()).map(Key::key).toList());
    names.addAll(Key.OF_THE_FILE);
    return Setting.nearest(value.key(), names)
        .map(near -> "; did you mean " + near + "?")
        .orElse("");
  }

  /** The instances that these values know, with their types. */
  private static Map<String, String> instanceTypes(List<Given> values) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Given value : values) {
      if (isOfInstance(value.key())) {
        String[] parts = value.key().substring(Key.BACKENDS.length()).split("\\.", 2);
        types.putIfAbsent(parts[0], parts[0]);
        if (parts.length == 2 && parts[1].equals("type")) {
          types.put(parts[0], value.value());
        }
      }
    }
    return types;
  }

  private void checkValues() {
    for (Key key : Key.values()) {
      Given value = given.get(key.key());
      if (value != null) {
        key.setting()
            .expectationMissedBy(value.value())
            .ifPresent(
                expected ->
                    problems.add(
                        value.problem(
                            "must be %s, not %s".formatted(expected, Given.shown(value.value())))));
      }
    }
    Given port = given.get(Key.PROBE_PORT.key());
    if (port != null && port.value().matches("\\d{1,9}")) {
      int number = Integer.parseInt(port.value());
      if (number < 1 || number > 65_535) {
        problems.add(port.problem("must be a port from 1 to 65535, not " + number));
      }
    }
    Given address = given.get(Key.PROBE_ADDRESS.key());
    // In a file or an image it may stand for those starts that name a port.
    if (address != null && address.origin() == Given.Origin.EXPLICIT && port == null) {
      problems.add(
          address.problem(
              "needs a port too: set %s, for example by --probe-port"
                  .formatted(Key.PROBE_PORT.key())));
    }
    Given prefix = given.get(Key.READINESS_KEY_PREFIX.key());
    if (prefix != null && prefix.value().isBlank()) {
      problems.add(prefix.problem("must not be empty"));
    }
  }

  private <T> Optional<T> checked(Key key, Function<String, T> make) {
    Given value = given.get(key.key());
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(make.apply(value.value()));
    } catch (IllegalArgumentException e) {
      // The message names the setting, and the value.
      problems.add("%s: the %s".formatted(value.source(), e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<String> text(Key key) {
    return Optional.ofNullable(given.get(key.key())).map(Given::value).or(key::standard);
  }

  /** The duration, or zero where a problem was found before. */
  private Duration duration(Key key) {
    return text(key).flatMap(Setting::parseDuration).orElse(Duration.ZERO);
  }

  private Pace pace() {
    int before = problems.size();
    for (Key key : List.of(Key.HEARTBEAT, Key.LEASE_TTL, Key.TAKEOVER_DELAY)) {
      if (duration(key).isZero() && isDuration(key)) {
        problems.add(placed(key.key() + " must be longer than zero"));
      }
    }
    Pace pace =
        new Pace(
            duration(Key.HEARTBEAT),
            duration(Key.LEASE_TTL),
            duration(Key.TAKEOVER_DELAY),
            duration(Key.CANCEL_GRACE),
            duration(Key.RETRY_DELAY));
    if (problems.size() > before || !isDuration(Key.HEARTBEAT) || !isDuration(Key.TAKEOVER_DELAY)) {
      return pace;
    }
    Duration twoBeats = pace.heartbeat().multipliedBy(2);
    if (isDuration(Key.CANCEL_GRACE) && pace.validity().compareTo(twoBeats) < 0) {
      problems.add(
          placed(
              "%s of %s leaves a leader %s after %s of %s and a tenth for clocks that differ, and must leave it two times %s of %s; raise the first, or shorten the others"
                  .formatted(
                      Key.TAKEOVER_DELAY.key(),
                      shown(pace.takeoverDelay()),
                      pace.validity().isNegative() ? "nothing" : shown(pace.validity()),
                      Key.CANCEL_GRACE.key(),
                      shown(pace.cancelGrace()),
                      Key.HEARTBEAT.key(),
                      shown(pace.heartbeat()))));
    }
    if (isDuration(Key.LEASE_TTL) && pace.leaseTtl().compareTo(pace.takeoverDelay()) <= 0) {
      problems.add(
          placed(
              "%s of %s must be longer than %s of %s"
                  .formatted(
                      Key.LEASE_TTL.key(),
                      shown(pace.leaseTtl()),
                      Key.TAKEOVER_DELAY.key(),
                      shown(pace.takeoverDelay()))));
    }
    return pace;
  }

  private boolean isDuration(Key key) {
    return text(key).flatMap(Setting::parseDuration).isPresent();
  }

  private String placed(String problem) {
    return Places.told(problem, given);
  }

  private static String shown(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
