package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import java.util.Optional;

/** Markers as one text each, so that one is seen whole or not at all (MARK-1, MARK-3). */
final class HazelcastMarkers implements MarkerStore {

  private final HazelcastGrid grid;

  HazelcastMarkers(HazelcastGrid grid) {
    this.grid = grid;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    return grid.ask(instance -> Optional.ofNullable(map(instance).get(name(key))))
        .map(text -> read(key, text));
  }

  @Override
  public void put(Marker marker) {
    boolean unused =
        grid.ask(
            instance -> {
              map(instance).set(name(marker.key()), marker.toText());
              return true;
            });
  }

  @Override
  public boolean remove(MarkerKey key) {
    return grid.ask(instance -> map(instance).remove(name(key)) != null);
  }

  private IMap<String, String> map(HazelcastInstance instance) {
    return grid.map(instance, "markers");
  }

  private Marker read(MarkerKey key, String text) {
    try {
      return Marker.fromText(text);
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "%s holds something else than a marker under %s in the map %s-markers: delete that entry"
              .formatted(grid.settings().place(), name(key), grid.settings().prefix()),
          e);
    }
  }

  /** Unambiguous, because none of the three parts may hold a colon (MARK-2). */
  private static String name(MarkerKey key) {
    return "%s:%s:%s".formatted(key.namespace(), key.node(), key.runId());
  }
}
