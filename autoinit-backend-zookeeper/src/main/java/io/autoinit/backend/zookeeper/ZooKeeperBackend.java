package io.autoinit.backend.zookeeper;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Owns the one connection that the three facets share. */
final class ZooKeeperBackend implements Backend {

  private final ZooKeeperSettings settings;
  private final ZooKeeperClient client;
  private final ZooKeeperHints hints = new ZooKeeperHints();
  private final ZooKeeperLocks locks;
  private final ZooKeeperReadiness readiness;
  private final ZooKeeperMarkers markers;

  ZooKeeperBackend(ZooKeeperSettings settings) {
    this.settings = settings;
    this.client = new ZooKeeperClient(settings, hints::turned);
    ServerClock clock = new ServerClock(client);
    this.locks = new ZooKeeperLocks(client, clock);
    this.readiness = new ZooKeeperReadiness(client, clock, hints, locks);
    this.markers = new ZooKeeperMarkers(client);
  }

  /** For tests: what is ended here without a goodbye looks like a process that died. */
  ZooKeeperClient client() {
    return client;
  }

  @Override
  public Optional<LockProvider> locks() {
    return Optional.of(locks);
  }

  @Override
  public Optional<ReadinessStore> readiness() {
    return Optional.of(readiness);
  }

  @Override
  public Optional<MarkerStore> markers() {
    return Optional.of(markers);
  }

  @Override
  public List<String> warnings() {
    Duration given;
    try {
      given = client.connected(client.deadline()).timeout();
    } catch (BackendException e) {
      // Out of reach: the first operation that matters will tell.
      return List.of();
    }
    return ofSession(given).map(Finding::sentence).stream().toList();
  }

  private Optional<Finding> ofSession(Duration given) {
    Duration wanted = settings.sessionTimeout();
    return given.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "session-timeout",
                "%s keeps the locks of a client that fell silent for %d ms, not the %d ms of %s"
                    .formatted(
                        settings.place(),
                        given.toMillis(),
                        wanted.toMillis(),
                        settings.key(ZooKeeperSettings.SESSION_TIMEOUT)),
                "set that to %dms, or the servers' minSessionTimeout and maxSessionTimeout"
                    .formatted(given.toMillis())));
  }

  @Override
  public List<Finding> findings() {
    try {
      Duration given = client.connected(client.deadline()).timeout();
      long begun = System.nanoTime();
      var unused = readiness.find(new RunKey(Namespace.DEFAULT, new RunId("nobody-looks-here")));
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      List<Finding> findings = new ArrayList<>();
      findings.add(
          Finding.ok(
              "reachable",
              "%s answers; a read took %d ms".formatted(settings.place(), took.toMillis())));
      findings.add(
          ofSession(given)
              .orElseGet(
                  () ->
                      Finding.ok("session-timeout", "%d ms, as set".formatted(given.toMillis()))));
      if (settings.ensemble().servers().size() == 1) {
        findings.add(
            Finding.note(
                "ensemble",
                "%s names one server: while that one is away, so is the store"
                    .formatted(settings.key(ZooKeeperSettings.CONNECT))));
      }
      if (!settings.authenticated()) {
        findings.add(
            Finding.note("access", "what is written is open to every client of the ensemble"));
      }
      return findings;
    } catch (BackendUnavailableException e) {
      return List.of(
          Finding.error(
              "reachable",
              String.valueOf(e.getMessage()),
              "start the servers, or correct " + settings.key(ZooKeeperSettings.CONNECT)));
    } catch (BackendException e) {
      return List.of(Finding.of(e));
    }
  }

  /** The goodbye gives back every lease, those of attempts under way too. */
  @Override
  public void close() {
    hints.close();
    client.close();
  }

  @Override
  public String toString() {
    return "ZooKeeperBackend[" + settings.place() + "]";
  }
}
