package io.autoinit.backend.postgres;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import java.util.List;
import java.util.Optional;

/** Markers: one row for each, replaced whole (MARK-1, MARK-3). */
final class PostgresMarkers implements MarkerStore {

  private static final String FIND =
      "SELECT marker FROM {s}.markers WHERE namespace = %s AND node = %s AND run_id = %s";

  private static final String LIST =
      "SELECT marker, node FROM {s}.markers WHERE namespace = %s AND run_id = %s";

  private static final String PUT =
      """
      INSERT INTO {s}.markers (namespace, node, run_id, marker, written_at)
      VALUES (%s, %s, %s, %s, clock_timestamp())
      ON CONFLICT (namespace, node, run_id) DO UPDATE
      SET marker = excluded.marker, written_at = excluded.written_at
      """;

  private static final String REMOVE =
      "DELETE FROM {s}.markers WHERE namespace = %s AND node = %s AND run_id = %s RETURNING 1";

  private final Schema schema;

  PostgresMarkers(Schema schema) {
    this.schema = schema;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    return schema.read(sql(FIND, key)).map(row -> read(key, row.text(0)));
  }

  private static Marker read(MarkerKey key, String text) {
    try {
      return Marker.fromText(text);
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "The marker of node %s in the table markers cannot be read: remove it, or run the release that wrote it: %s"
              .formatted(key.node(), e.getMessage()),
          e);
    }
  }

  @Override
  public void put(Marker marker) {
    MarkerKey key = marker.key();
    schema.write(
        schema.sql(
            PUT,
            key.namespace().value(),
            key.node().value(),
            key.runId().value(),
            marker.toText()));
  }

  @Override
  public boolean remove(MarkerKey key) {
    return schema.read(sql(REMOVE, key)).isPresent();
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    return Optional.of(
        schema.readAll(schema.sql(LIST, namespace.value(), run.value())).stream()
            .flatMap(row -> readable(namespace, run, row).stream())
            .toList());
  }

  /** Empty also for what is no marker: the others are no less there for it. */
  private static Optional<Marker> readable(Namespace namespace, RunId run, Row row) {
    try {
      MarkerKey key = new MarkerKey(namespace, new NodeId(row.text(1)), run);
      return Optional.of(read(key, row.text(0)));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  private String sql(String template, MarkerKey key) {
    return schema.sql(template, key.namespace().value(), key.node().value(), key.runId().value());
  }
}
