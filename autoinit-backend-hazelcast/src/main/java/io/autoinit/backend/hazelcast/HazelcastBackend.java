package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Owns the client or member that the three facets share. */
final class HazelcastBackend implements Backend {

  private final HazelcastSettings settings;
  private final HazelcastGrid grid;
  private final HazelcastHints hints;
  private final HazelcastLocks locks;
  private final HazelcastReadiness readiness;
  private final HazelcastMarkers markers;
  private volatile boolean locksWanted;
  private boolean closed;

  HazelcastBackend(HazelcastSettings settings) {
    this.settings = settings;
    this.grid = new HazelcastGrid(settings);
    this.hints = new HazelcastHints(grid);
    this.locks = new HazelcastLocks(grid);
    this.readiness = new HazelcastReadiness(grid, hints);
    this.markers = new HazelcastMarkers(grid);
  }

  /** For tests: what is closed here without a goodbye looks like a process that died. */
  HazelcastGrid grid() {
    return grid;
  }

  @Override
  public Optional<LockProvider> locks() {
    locksWanted = true;
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

  /**
   * What can be seen from here: the members, how many are enough, and whether there is a CP
   * Subsystem.
   */
  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    try {
      int members = grid.askOnce(HazelcastBackend::members);
      if (members == 1) {
        warnings.add(
            "%s has a single member: all data are lost with it; let the cluster have at least 3 members"
                .formatted(settings.place()));
      }
      if (settings.mode() == HazelcastSettings.Mode.MEMBER
          && settings.minMembers() * 2 <= members) {
        warnings.add(
            "%s has %d members, and %d are enough to go on: a member that was stopped, or a part that was cut off, may grant a lock to a second holder; set %s to more than half of the fleet"
                .formatted(
                    settings.place(),
                    members,
                    settings.minMembers(),
                    settings.key(HazelcastSettings.MIN_MEMBERS)));
      }
      if (locksWanted && locks.guarantee() == Guarantee.BEST_EFFORT) {
        warnings.add(
            "%s keeps locks in a map: a split of the cluster may grant a lock to a second holder; use a cluster with CP Subsystem (%s), or set autoinit.locks to a store with strong locks if steps must never overlap"
                .formatted(settings.place(), settings.key(HazelcastSettings.LOCK_MODE)));
      }
    } catch (BackendException e) {
      // Out of reach: the first operation that matters will tell.
      return List.of();
    }
    return warnings;
  }

  @Override
  public List<Finding> findings() {
    return new HazelcastExamination(grid, readiness).findings();
  }

  private static int members(HazelcastInstance instance) {
    return View.of(instance).members().size();
  }

  /** Members wait for one that fell silent; the members of a cluster go on without a client. */
  @Override
  public Duration longestStandstill() {
    return settings.mode() == HazelcastSettings.Mode.MEMBER ? GridConfig.SILENCE : Duration.ZERO;
  }

  @Override
  public Optional<BackendUnavailableException> waitsFor() {
    return grid.waitsFor();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    hints.close();
    locks.close();
    grid.close();
  }

  @Override
  public String toString() {
    return "HazelcastBackend[" + settings.place() + "]";
  }
}
