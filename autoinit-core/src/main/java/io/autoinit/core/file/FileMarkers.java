package io.autoinit.core.file;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Reach;
import io.autoinit.spi.RunKey;
import java.util.List;
import java.util.Optional;

/** Markers as files. Whoever sees the directory belongs to the node. */
final class FileMarkers implements MarkerStore {

  private final FileSettings settings;
  private final Runnable requireOpen;

  FileMarkers(FileSettings settings, Runnable requireOpen) {
    this.settings = settings;
    this.requireOpen = requireOpen;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    requireOpen.run();
    return records(key).read(name(key)).map(text -> parse(key, text));
  }

  private Marker parse(MarkerKey key, String text) {
    try {
      return Marker.fromText(text);
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "The marker of run %s in %s cannot be read: delete the file"
              .formatted(
                  new RunKey(key.namespace(), key.runId()).inWords(), settings.directory().path()),
          e);
    }
  }

  @Override
  public void put(Marker marker) {
    requireOpen.run();
    records(marker.key())
        .change(name(marker.key()), before -> Records.Change.to(marker.toText(), true));
  }

  @Override
  public boolean remove(MarkerKey key) {
    requireOpen.run();
    if (find(key).isEmpty()) {
      return false;
    }
    return records(key)
        .change(
            name(key),
            before ->
                before.isPresent() ? Records.Change.removal(true) : Records.Change.none(false));
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    requireOpen.run();
    return Optional.of(
        settings.directory().sub("markers").sub(namespace.value()).directories().stream()
            .flatMap(node -> readable(namespace, node, run).stream())
            .toList());
  }

  /** Empty also for what is no marker: the others are no less there for it. */
  private Optional<Marker> readable(Namespace namespace, String node, RunId run) {
    try {
      return find(new MarkerKey(namespace, new NodeId(node), run));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  @Override
  public Reach reach() {
    return Reach.NODE;
  }

  private Records records(MarkerKey key) {
    return new Records(directory(settings, key), settings.client());
  }

  static Directory directory(FileSettings settings, MarkerKey key) {
    return settings.directory().sub("markers").sub(key.namespace().value()).sub(key.node().value());
  }

  private static String name(MarkerKey key) {
    return key.runId().value();
  }
}
