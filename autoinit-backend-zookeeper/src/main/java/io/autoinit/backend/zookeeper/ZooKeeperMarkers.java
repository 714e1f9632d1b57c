package io.autoinit.backend.zookeeper;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/** Markers as a node each, so that one is seen whole or not at all (MARK-1, MARK-3). */
final class ZooKeeperMarkers implements MarkerStore {

  private final ZooKeeperClient client;

  ZooKeeperMarkers(ZooKeeperClient client) {
    this.client = client;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    String path = path(key);
    Reply read = client.read(List.of(Op.getData(path)), client.deadline());
    return read.ok() ? Optional.of(marker(path, read.data(0).getData())) : Optional.empty();
  }

  @Override
  public void put(Marker marker) {
    Deadline deadline = client.deadline();
    String path = path(marker.key());
    byte[] text = marker.toText().getBytes(StandardCharsets.UTF_8);
    while (!deadline.passed()) {
      if (written(Op.setData(path, text, -1), deadline).ok()) {
        return;
      }
      Reply made = written(client.create(path, text), deadline);
      if (made.ok()) {
        return;
      }
      if (made.code() == Code.NONODE) {
        client.makeParents(path, deadline);
      }
    }
    throw new BackendUnavailableException(
        client.settings().place() + " took no marker in time: others always came first");
  }

  @Override
  public boolean remove(MarkerKey key) {
    Deadline deadline = client.deadline();
    String path = path(key);
    boolean seen = false;
    while (!deadline.passed()) {
      if (!client.read(List.of(Op.getData(path)), deadline).ok()) {
        // Also when the answer to its end was lost.
        return seen;
      }
      seen = true;
      Optional<Reply> reply = client.attempt(List.of(Op.delete(path, -1)), deadline);
      if (reply.filter(Reply::ok).isPresent()) {
        return true;
      }
    }
    throw new BackendUnavailableException(
        client.settings().place() + " gave no marker up in time: others always came first");
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    Deadline deadline = client.deadline();
    String parent = client.path("markers", namespace.toString());
    List<List<Op>> reads =
        client.names(parent, deadline).stream()
            .map(node -> List.of(Op.getData(parent + "/" + node + "/" + run)))
            .toList();
    return Optional.of(
        client.readEach(reads, deadline).stream()
            .filter(Reply::ok)
            .flatMap(reply -> readable(reply.data(0).getData()).stream())
            .toList());
  }

  /** Empty for what is no marker: the others are no less there for it. */
  private static Optional<Marker> readable(byte[] data) {
    try {
      return Optional.of(Marker.fromText(new String(data, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Reply written(Op op, Deadline deadline) {
    return client.write(List.of(op), deadline);
  }

  private Marker marker(String path, byte[] data) {
    try {
      return Marker.fromText(new String(data, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "%s holds something else than a marker at %s: delete that node"
              .formatted(client.settings().place(), path),
          e);
    }
  }

  private String path(MarkerKey key) {
    return client.path(
        "markers", key.namespace().toString(), key.node().toString(), key.runId().toString());
  }
}
