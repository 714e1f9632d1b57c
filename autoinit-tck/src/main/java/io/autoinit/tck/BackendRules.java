package io.autoinit.tck;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Role;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Severity;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules BACKEND-1, BACKEND-3 and BACKEND-4. */
abstract class BackendRules extends MarkerRules {

  /** No connect timeout is longer. */
  static final Duration UNREACHABLE = Duration.ofSeconds(30);

  /** A port of the loopback that no store listens on. */
  private static final int NOBODY = 1;

  /** Whoever has the jar has the backend. */
  @Test
  @DisplayName("BACKEND-1 ServiceLoader finds the provider under its type")
  public final void serviceLoaderFindsIt() {
    String type = backendProvider().type();
    rule(
        type.matches("[a-z][a-z0-9-]*"),
        "BACKEND-1",
        "the type '" + type + "' is not of the form [a-z][a-z0-9-]*",
        "BackendProvider.type()");
    List<String> found =
        ServiceLoader.load(BackendProvider.class, getClass().getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.type().equals(type))
            .map(provider -> provider.getClass().getName())
            .toList();
    rule(
        found.size() == 1,
        "BACKEND-1",
        "ServiceLoader finds %d providers of the type '%s': %s"
            .formatted(found.size(), type, found),
        "META-INF/services/io.autoinit.spi.BackendProvider and 'provides' in module-info");
  }

  /** What a provider says of its backends is true of them. */
  @Test
  @DisplayName("BACKEND-1 a backend has the facets that its provider names, the same at each call")
  public final void facetsAreAsNamed() {
    Backend backend = client();
    Set<Role> offered = EnumSet.noneOf(Role.class);
    backend.locks().ifPresent(facet -> offered.add(Role.LOCKS));
    backend.readiness().ifPresent(facet -> offered.add(Role.READINESS));
    backend.markers().ifPresent(facet -> offered.add(Role.MARKERS));
    rule(
        offered.equals(backendProvider().roles()) && !offered.isEmpty(),
        "BACKEND-1",
        "the provider names the roles %s but the backend has %s"
            .formatted(backendProvider().roles(), offered),
        "BackendProvider.roles() and the facets of the backend");
    rule(
        same(backend.locks(), backend.locks())
            && same(backend.readiness(), backend.readiness())
            && same(backend.markers(), backend.markers()),
        "BACKEND-1",
        "the backend makes a new facet at each call",
        "locks(), readiness() and markers(), which should hand out a field");
  }

  private static boolean same(Optional<?> one, Optional<?> other) {
    return one.isEmpty() ? other.isEmpty() : one.orElse(null) == other.orElse(null);
  }

  static Backend use(Backend backend) {
    backend.locks().ifPresent(locks -> locks.tryAcquire(freshLock(), LONG));
    backend
        .readiness()
        .ifPresent(
            readiness -> {
              RunKey run = freshRun();
              readiness.watch(run, hint -> {});
              readiness.publish(running(run, 1));
              readiness.poll(run);
            });
    backend.markers().ifPresent(markers -> markers.find(freshKey()));
    return backend;
  }

  /** Nobody waits long for a store that is not there. */
  @Test
  @DisplayName("BACKEND-3 an unreachable store is 'unavailable' within the connect timeout")
  public final void unreachableIsUnavailable() {
    Map<String, String> settings = unreachable();
    requireUnavailable(settings, "an unreachable store", UNREACHABLE);
  }

  /** Settings of a client that finds nobody. */
  final Map<String, String> unreachable() {
    Faults faults = possibleFaults();
    return offeredFault(
        faults
            .unreachable()
            .or(() -> faults.network().map(network -> network.settings().apply(NOBODY))),
        "unreachable");
  }

  /** What the first use of a store by a new client throws, well within a time. */
  final RuntimeException thrownBySettings(
      Map<String, String> settings, String store, Duration longest) {
    Worker<Optional<RuntimeException>> attempt =
        Worker.start(
            () -> {
              try {
                use(client(settings));
                return Optional.empty();
              } catch (RuntimeException e) {
                return Optional.of(e);
              }
            });
    RuntimeException thrown =
        attempt
            .result(longest)
            .orElseThrow(
                () ->
                    broken(
                        "BACKEND-3",
                        "the first use of %s had not ended after %s"
                            .formatted(store, seconds(longest)),
                        "the connect timeout of the client library, and how long it waits for an"
                            + " answer"))
            .orElseThrow(
                () ->
                    broken(
                        "BACKEND-3",
                        "the first use of " + store + " ended well",
                        "whether the settings of the fault lead there, and whether errors are"
                            + " passed on"));
    requireNoSecret("BACKEND-3", thrown, settings);
    return thrown;
  }

  final void requireUnavailable(Map<String, String> settings, String store, Duration longest) {
    RuntimeException thrown = thrownBySettings(settings, store, longest);
    rule(
        thrown instanceof BackendUnavailableException,
        "BACKEND-3",
        "the first use of " + store + " threw " + thrown,
        "which exceptions of the client library become BackendUnavailableException");
  }

  /** A mistake in the settings is told from a store that is away. */
  @Test
  @DisplayName("BACKEND-3 what the store refuses for good is 'refused', and names the setting")
  public final void refusedIsRefused() {
    Faults.Refused refused = offeredFault(possibleFaults().refused(), "refused");
    RuntimeException thrown =
        thrownBySettings(refused.settings(), "a store that refuses", UNREACHABLE);
    rule(
        thrown instanceof BackendRefusedException,
        "BACKEND-3",
        "the first use with a wrong '" + refused.setting() + "' threw " + thrown,
        "which answers of the store become BackendRefusedException");
    rule(
        String.valueOf(thrown.getMessage()).contains("autoinit.backends.tck." + refused.setting()),
        "BACKEND-3",
        "the error does not name the setting '%s': %s"
            .formatted(refused.setting(), thrown.getMessage()),
        "the message, which should have BackendConfig.key of the setting to change");
  }

  final void requireNoSecret(String rule, RuntimeException thrown, Map<String, String> settings) {
    String shown =
        Stream.iterate((Throwable) thrown, t -> t != null, Throwable::getCause)
            .map(Throwable::toString)
            .collect(Collectors.joining("\n"));
    for (Setting setting : backendProvider().settings()) {
      String value = settings.getOrDefault(setting.name(), "");
      rule(
          setting.kind() != Setting.Kind.SECRET || value.isEmpty() || !shown.contains(value),
          rule,
          "the error shows the value of the secret setting '%s'".formatted(setting.name()),
          "the message of the exception and of its causes");
    }
  }

  /** A slip of the pen is found before anything is touched. */
  @Test
  @DisplayName("BACKEND-4 a misspelt setting is refused, with the nearest right name")
  public final void misspeltSettingsAreRefused() {
    List<Setting> known = backendProvider().settings();
    appliesIf(!known.isEmpty(), "a backend of this type takes no settings");
    for (Setting setting : known) {
      String misspelt = setting.name() + "x";
      String problem = problemOf(misspelt);
      rule(
          known.stream()
              .anyMatch(s -> problem.contains("did you mean autoinit.backends.tck." + s.name())),
          "BACKEND-4",
          "the misspelt setting '%s' is answered with: %s".formatted(misspelt, problem),
          "BackendProvider.settings(), which must declare each setting by the name it is read with");
    }
  }

  /** What is no setting at all is refused too. */
  @Test
  @DisplayName("BACKEND-4 an unknown setting is refused")
  public final void unknownSettingsAreRefused() {
    String unknown = "quite-another-thing";
    String problem = problemOf(unknown);
    rule(
        problem.contains(unknown),
        "BACKEND-4",
        "the unknown setting '%s' is answered with: %s".formatted(unknown, problem),
        "BackendProvider.settings() and problems()");
  }

  private String problemOf(String name) {
    Map<String, String> settings = new LinkedHashMap<>(clientSettings());
    settings.put(name, "1");
    try {
      config(settings);
    } catch (ConfigurationException e) {
      return String.valueOf(e.getMessage());
    }
    return "nothing, it was accepted";
  }

  /** An operator looks at a fleet that is at work. */
  @Test
  @DisplayName("BACKEND-7 findings changes nothing in the store")
  public final void findingsChangeNothing() {
    Backend backend = client();
    LockName name = freshLock();
    RunKey run = freshRun();
    Optional<Lease> lease = backend.locks().flatMap(locks -> locks.tryAcquire(name, LONG));
    backend.readiness().ifPresent(readiness -> readiness.publish(running(run, 1)));
    Optional<String> before = revision(backend, run);
    List<Finding> found;
    try {
      found = backend.findings();
    } catch (BackendException e) {
      throw broken(
          "BACKEND-7", "findings threw " + e + " of a store that serves", "Backend.findings()");
    }
    rule(
        !found.isEmpty()
            && found.stream()
                .noneMatch(
                    finding ->
                        finding.check().equals("reachable")
                            && finding.severity() == Severity.ERROR),
        "BACKEND-7",
        "of a store that serves, findings told " + found,
        "Backend.findings(), which tells also what is right");
    rule(
        lease.map(Lease::renew).orElse(true) && revision(backend, run).equals(before),
        "BACKEND-7",
        "a lock or a record was not what it had been before findings looked",
        "what Backend.findings() writes: it should write nothing");
    lease.ifPresent(Lease::close);
  }

  private static Optional<String> revision(Backend backend, RunKey run) {
    return backend
        .readiness()
        .flatMap(readiness -> readiness.find(run))
        .map(observed -> observed.revision());
  }

  /** A store that is away is what an operator wants to hear of. */
  @Test
  @DisplayName("BACKEND-7 findings tells of an unreachable store, without a secret")
  public final void findingsTellOfAbsence() {
    Map<String, String> settings = unreachable();
    List<Finding> found = foundInTime(openedWithoutItsStore(settings));
    rule(
        found.stream().anyMatch(finding -> finding.severity() == Severity.ERROR),
        "BACKEND-7",
        "of an unreachable store, findings told " + found,
        "Backend.findings(), which tells what its first operation threw: Finding.of");
    for (Setting setting : backendProvider().settings()) {
      String value = settings.getOrDefault(setting.name(), "");
      rule(
          setting.kind() != Setting.Kind.SECRET
              || value.isEmpty()
              || found.stream().noneMatch(finding -> finding.sentence().contains(value)),
          "BACKEND-7",
          "a finding shows the value of the secret setting '%s'".formatted(setting.name()),
          "the texts of the findings");
    }
  }

  final Backend openedWithoutItsStore(Map<String, String> settings) {
    try {
      return client(settings);
    } catch (BackendException e) {
      throw skip("its backends connect when they are opened, and tell there");
    }
  }

  private static List<Finding> foundInTime(Backend backend) {
    try {
      return Worker.start(backend::findings)
          .result(UNREACHABLE)
          .orElseThrow(
              () ->
                  broken(
                      "BACKEND-7",
                      "findings had not ended after %s".formatted(seconds(UNREACHABLE)),
                      "whether each look at an unreachable store waits anew"));
    } catch (BackendException e) {
      throw broken(
          "BACKEND-7",
          "findings threw %s of an unreachable store".formatted(e),
          "Backend.findings(), which should tell it as an error: Finding.of");
    }
  }
}
