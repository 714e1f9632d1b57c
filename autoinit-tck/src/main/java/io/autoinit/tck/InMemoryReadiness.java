package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Readiness as one client of the in-memory store sees it. */
final class InMemoryReadiness implements ReadinessStore {

  private final InMemoryBackend client;

  InMemoryReadiness(InMemoryBackend client) {
    this.client = client;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    return client.ask(store -> store.find(client, run));
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    return client.ask(store -> store.publish(publication));
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    return client.ask(store -> store.claim(claim));
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> hints) {
    client.requireOpen();
    return client.store().watch(client, run, hints)::run;
  }

  @Override
  public boolean clear(RunKey run) {
    return client.ask(store -> store.clear(run));
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    return Optional.of(client.ask(store -> store.records(namespace)));
  }

  @Override
  public boolean durable() {
    return client.store().durable();
  }

  /** Whether a record is a heartbeat of the one before: of the same leader, still at work. */
  static boolean sameState(Readiness before, Readiness after) {
    return quiet(before).equals(quiet(after));
  }

  private static Readiness quiet(Readiness readiness) {
    return readiness instanceof Readiness.Running r
        ? new Readiness.Running(
            r.run(), r.token(), r.holder(), List.of(), Optional.empty(), 0, Optional.empty())
        : readiness;
  }
}
