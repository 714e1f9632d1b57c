package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** What the rules of every SPI need: clients, fresh names, patience with an end, and verdicts. */
abstract class Kit {

  /** Longer than any test: what is held with it and freed all the same was not freed by time. */
  static final Duration LONG = Duration.ofMinutes(10);

  /** Short enough to wait for. */
  static final Duration SHORT = Duration.ofSeconds(2);

  /** How long a good thing may take on a busy machine before it counts as not happening. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Backend> opened = new ArrayList<>();

  abstract BackendProvider backendProvider();

  abstract Map<String, String> clientSettings();

  abstract Faults possibleFaults();

  abstract Optional<String> versionOfStore();

  abstract boolean startedByTheStore(Thread thread);

  /** One more independent client of the store, closed after the test. */
  final Backend client() {
    return client(clientSettings());
  }

  final Backend client(Map<String, String> settings) {
    return closedAfterTheTest(backendProvider().open(config(settings)));
  }

  /** A client that takes no part, closed after the test. */
  final Backend aside() {
    return closedAfterTheTest(backendProvider().openAside(config(clientSettings())));
  }

  private Backend closedAfterTheTest(Backend backend) {
    synchronized (opened) {
      opened.add(backend);
    }
    return backend;
  }

  final BackendConfig config(Map<String, String> settings) {
    return BackendConfig.of("tck", fresh("client"), backendProvider(), settings);
  }

  /** Closes the clients that a test opened. */
  @AfterEach
  public final void closeClients() {
    List<Backend> clients;
    synchronized (opened) {
      clients = List.copyOf(opened);
      opened.clear();
    }
    clients.forEach(Backend::close);
  }

  final LockProvider locks(Backend backend) {
    return offered(backend.locks(), "locks");
  }

  final ReadinessStore readiness(Backend backend) {
    return offered(backend.readiness(), "readiness");
  }

  final MarkerStore markers(Backend backend) {
    return offered(backend.markers(), "markers");
  }

  private <T> T offered(Optional<T> facet, String role) {
    return facet.orElseThrow(
        () -> skip("a backend of type '" + backendProvider().type() + "' offers no " + role));
  }

  /** A fault that the author of the backend may offer. */
  final <T> T offeredFault(Optional<T> fault, String name) {
    return fault.orElseThrow(
        () ->
            skip(
                possibleFaults()
                    .whyNoOthers()
                    .map(reason -> "no fault '" + name + "': " + reason)
                    .orElse(
                        "the test class offers no fault '"
                            + name
                            + "': override faults() to add it")));
  }

  /** What ends the test as skipped, with the reason in the report. */
  static TestAbortedException skip(String reason) {
    return new TestAbortedException(reason);
  }

  /** Skips a test that this backend gives no occasion for. */
  static void appliesIf(boolean occasion, String reasonAgainst) {
    if (!occasion) {
      throw skip(reasonAgainst);
    }
  }

  // Fresh names, so that no test sees another's, nor those of an earlier run on the same store.

  static String fresh(String what) {
    return "tck-%s-%012x".formatted(what, ThreadLocalRandom.current().nextLong(1L << 48));
  }

  /** All but the last character of the longest name that is legal. */
  static String longest(String what) {
    String name = fresh(what);
    return name + "x".repeat(127 - name.length());
  }

  static Namespace freshNamespace() {
    return new Namespace(fresh("ns"));
  }

  static RunKey freshRun() {
    return new RunKey(freshNamespace(), freshRunId());
  }

  static RunId freshRunId() {
    return new RunId(fresh("run"));
  }

  static NodeId freshNode() {
    return new NodeId(fresh("node"));
  }

  // Verdicts.

  /**
   * Fails the test unless a rule was held.
   *
   * @param held whether it was
   * @param rule its id
   * @param broken what happened instead, one sentence
   * @param look where the author of the backend should look, one sentence
   */
  static void rule(boolean held, String rule, String broken, String look) {
    if (!held) {
      throw broken(rule, broken, look);
    }
  }

  /** What {@link #rule} throws. */
  static AssertionFailedError broken(String rule, String broken, String look) {
    return new AssertionFailedError(
        "%s is broken: %s. Look at: %s. (docs/contract.md, %s)"
            .formatted(rule, broken, look, rule));
  }

  // Patience.

  /** Asks until the answer is yes, or patience has run out; tells which. */
  static boolean within(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      pause(Duration.ofMillis(10));
    }
    return true;
  }

  static void pause(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
