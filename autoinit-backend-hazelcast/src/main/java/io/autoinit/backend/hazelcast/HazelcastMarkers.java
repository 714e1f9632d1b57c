package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Markers as one text each, so that one is seen whole or not at all (MARK-1, MARK-3). */
final class HazelcastMarkers implements MarkerStore {

  private static final String MAP = "markers";

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
    AtomicBoolean removed = new AtomicBoolean();
    return grid.ask(
        instance -> {
          if (map(instance).remove(name(key)) != null) {
            removed.set(true);
          }
          return removed.get();
        });
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    String prefix = namespace + ":";
    String end = ":" + run;
    return Optional.of(
        grid.texts(MAP, prefix, end).stream().flatMap(text -> readable(text).stream()).toList());
  }

  /** Empty also for what is no marker: the others are no less there for it. */
  private static Optional<Marker> readable(String text) {
    try {
      return Optional.of(Marker.fromText(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private IMap<String, String> map(HazelcastInstance instance) {
    return grid.map(instance, MAP);
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
