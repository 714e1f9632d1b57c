package io.autoinit.tck;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Watch;
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

/** The rules BACKEND-1 to BACKEND-4. */
abstract class BackendRules extends MarkerRules {

  /** No connect timeout is longer. */
  private static final Duration UNREACHABLE = Duration.ofSeconds(30);

  /** A port of the loopback that no store listens on. */
  private static final int NOBODY = 1;

  /** Threads that libraries and the JVM share among all their users. */
  private static final Set<String> SHARED =
      Set.of(
          "ForkJoinPool.commonPool-worker", "process reaper", "Common-Cleaner", "junit-", "tck-");

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

  /** Closing a backend gives its locks back. */
  @Test
  @DisplayName("BACKEND-2 close releases the backend's leases")
  public final void closeReleasesLeases() {
    Backend closing = client();
    LockProvider locks = locks(closing);
    LockName name = freshLock();
    Lease lease = acquire("BACKEND-2", locks, name, LONG);
    closing.close();
    LockProvider other = locks(client());
    try (Lease next = acquireInTime("BACKEND-2", other, name, SHORT)) {
      lease.close();
      rule(
          next.renew(),
          "BACKEND-2",
          "closing a lease after its backend was closed took the lock from its new holder",
          "what Lease.close does on a closed backend: nothing");
    }
  }

  /** Closing twice is closing once; a closed backend says so. */
  @Test
  @DisplayName("BACKEND-2 close is idempotent, and later operations throw IllegalStateException")
  public final void closedIsClosed() {
    Backend backend = client();
    RunKey run = freshRun();
    Optional<Watch> watch = backend.readiness().map(r -> r.watch(run, hint -> {}));
    backend.close();
    backend.close();
    watch.ifPresent(Watch::close);
    Map<String, Runnable> operations = new LinkedHashMap<>();
    backend
        .locks()
        .ifPresent(l -> operations.put("tryAcquire", () -> l.tryAcquire(freshLock(), LONG)));
    backend
        .readiness()
        .ifPresent(
            r -> {
              operations.put("readiness.find", () -> r.find(run));
              operations.put("poll", () -> r.poll(run));
              operations.put("publish", () -> r.publish(ready(run, 1)));
              operations.put("clear", () -> r.clear(run));
              operations.put("watch", () -> r.watch(run, hint -> {}));
            });
    backend
        .markers()
        .ifPresent(
            m -> {
              operations.put("markers.find", () -> m.find(freshKey()));
              operations.put("put", () -> m.put(sized(freshKey(), 1)));
            });
    operations.forEach(BackendRules::requireClosed);
  }

  private static void requireClosed(String operation, Runnable call) {
    String ended = "returned";
    try {
      call.run();
    } catch (IllegalStateException e) {
      return;
    } catch (RuntimeException e) {
      ended = "threw " + e;
    }
    throw broken(
        "BACKEND-2",
        "%s on a closed backend %s".formatted(operation, ended),
        "whether each operation asks first if the backend is closed, and says so with"
            + " IllegalStateException");
  }

  /** What a backend started, it ends. */
  @Test
  @DisplayName("BACKEND-2 close leaves no thread behind")
  public final void closeLeavesNoThread() {
    use(client()).close();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 3; i++) {
      use(client()).close();
    }
    within(PATIENCE, () -> threadsBeside(before).isEmpty());
    List<Thread> left = threadsBeside(before);
    rule(
        left.isEmpty(),
        "BACKEND-2",
        "after close() of 3 clients these threads still run: " + described(left),
        "what close shuts down: pools, timers, subscriptions, the client library itself");
  }

  private static Backend use(Backend backend) {
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

  private static List<Thread> threadsBeside(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .filter(thread -> SHARED.stream().noneMatch(thread.getName()::startsWith))
        .toList();
  }

  private static String described(List<Thread> threads) {
    return threads.stream()
        .map(
            thread ->
                thread.getName()
                    + Stream.of(thread.getStackTrace())
                        .findFirst()
                        .map(top -> " (in " + top + ")")
                        .orElse(""))
        .collect(Collectors.joining(", "));
  }

  /** Nobody waits long for a store that is not there. */
  @Test
  @DisplayName("BACKEND-3 an unreachable store is 'unavailable' within the connect timeout")
  public final void unreachableIsUnavailable() {
    Faults faults = possibleFaults();
    Map<String, String> settings =
        offeredFault(
            faults
                .unreachable()
                .or(() -> faults.network().map(network -> network.settings().apply(NOBODY))),
            "unreachable");
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
            .result(UNREACHABLE)
            .orElseThrow(
                () ->
                    broken(
                        "BACKEND-3",
                        "the first use of an unreachable store had not ended after "
                            + seconds(UNREACHABLE),
                        "the connect timeout of the client library"))
            .orElseThrow(
                () ->
                    broken(
                        "BACKEND-3",
                        "the first use of an unreachable store ended well",
                        "whether the settings of the fault 'unreachable' lead to no store, and"
                            + " whether errors are passed on"));
    rule(
        thrown instanceof BackendException && !(thrown instanceof BackendRefusedException),
        "BACKEND-3",
        "the first use of an unreachable store threw " + thrown,
        "which exceptions of the client library become BackendUnavailableException");
    requireNoSecret(thrown, settings);
  }

  private void requireNoSecret(RuntimeException thrown, Map<String, String> settings) {
    String shown =
        Stream.iterate((Throwable) thrown, t -> t != null, Throwable::getCause)
            .map(Throwable::toString)
            .collect(Collectors.joining("\n"));
    for (Setting setting : backendProvider().settings()) {
      String value = settings.getOrDefault(setting.name(), "");
      rule(
          setting.kind() != Setting.Kind.SECRET || value.isEmpty() || !shown.contains(value),
          "BACKEND-3",
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
}
