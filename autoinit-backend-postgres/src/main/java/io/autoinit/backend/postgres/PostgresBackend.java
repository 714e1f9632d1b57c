package io.autoinit.backend.postgres;

import io.autoinit.spi.Backend;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL database. Connects at the first operation. */
final class PostgresBackend implements Backend {

  private final Connections connections;
  private final PostgresLocks locks;
  private final PostgresReadiness readiness;
  private final PostgresMarkers markers;
  private final PostgresExamination examination;

  PostgresBackend(PostgresSettings settings) {
    this.connections = new Connections(settings);
    Schema schema = new Schema(settings.schema(), connections);
    this.locks = new PostgresLocks(settings, connections, schema);
    this.readiness = new PostgresReadiness(connections, schema, locks);
    this.markers = new PostgresMarkers(schema);
    this.examination = new PostgresExamination(settings, connections);
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
  public List<Finding> findings() {
    return examination.findings();
  }

  Connections connections() {
    return connections;
  }

  @Override
  public void close() {
    connections.refuseNew();
    locks.closeLeases();
    connections.close();
  }
}
