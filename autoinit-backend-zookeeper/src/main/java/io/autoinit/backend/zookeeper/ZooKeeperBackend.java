package io.autoinit.backend.zookeeper;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
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
    if (given.equals(settings.sessionTimeout())) {
      return List.of();
    }
    return List.of(
        ("%s keeps the locks of a client that fell silent for %d ms, not the %d ms of %s: set that,"
                + " or the servers' minSessionTimeout and maxSessionTimeout")
            .formatted(
                settings.place(),
                given.toMillis(),
                settings.sessionTimeout().toMillis(),
                settings.key(ZooKeeperSettings.SESSION_TIMEOUT)));
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
