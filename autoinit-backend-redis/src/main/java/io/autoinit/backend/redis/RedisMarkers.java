package io.autoinit.backend.redis;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import java.util.List;
import java.util.Optional;

/** Markers as one value each, so that one is seen whole or not at all (MARK-1, MARK-3). */
final class RedisMarkers implements MarkerStore {

  private final RedisStore store;

  RedisMarkers(RedisStore store) {
    this.store = store;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    String name = name(key);
    return store.ask(jedis -> jedis.get(name)).map(text -> read(name, text));
  }

  @Override
  public void put(Marker marker) {
    store.ask(jedis -> jedis.set(name(marker.key()), marker.toText()));
  }

  @Override
  public boolean remove(MarkerKey key) {
    return store.ask(jedis -> jedis.del(name(key))).filter(count -> count > 0).isPresent();
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    String prefix = "%s:marker:%s:".formatted(store.settings().keyPrefix(), namespace);
    String end = ":" + run;
    List<String> names =
        store.behind(prefix, "string").stream()
            .filter(name -> name.endsWith(end))
            .map(name -> prefix + name)
            .toList();
    return Optional.of(
        store.texts(names).stream().flatMap(text -> readable(text).stream()).toList());
  }

  /** Empty also for what is no marker: the others are no less there for it. */
  private static Optional<Marker> readable(String text) {
    try {
      return Optional.of(Marker.fromText(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Marker read(String name, String text) {
    try {
      return Marker.fromText(text);
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "%s holds something else than a marker under %s: delete that key"
              .formatted(store.settings().place(), name),
          e);
    }
  }

  /** Unambiguous, because none of the three parts may hold a colon (MARK-2). */
  private String name(MarkerKey key) {
    return "%s:marker:%s:%s:%s"
        .formatted(store.settings().keyPrefix(), key.namespace(), key.node(), key.runId());
  }
}
