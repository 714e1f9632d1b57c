package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One client of an {@link InMemoryStore}, made by {@link InMemoryStore#open}: STRONG locks,
 * readiness, and markers that the whole fleet sees. Keeps every rule of the contract, starts no
 * thread, never waits. Safe for use by any thread.
 */
public final class InMemoryBackend implements Backend {

  /** How well this client reaches the store. */
  public enum Link {
    /** Requests and replies pass. */
    UP,
    /** Nothing passes: every operation is "unavailable", hints do not arrive. */
    DOWN,
    /**
     * Requests pass and are done, replies and hints are lost: every operation is "unavailable"
     * although it had its effect.
     */
    DEAF
  }

  private final InMemoryStore store;
  private final String client;
  private final LockProvider locks = new InMemoryLocks();
  private final ReadinessStore readiness = new InMemoryReadiness(this);
  private final MarkerStore markers = new InMemoryMarkers();
  private volatile Link link = Link.UP;
  private volatile boolean closed;

  InMemoryBackend(InMemoryStore store, String client) {
    this.store = store;
    this.client = client;
  }

  /**
   * Cuts or mends this client's connection to the store. A watcher is told of either, as the push
   * channel of a real store tells it.
   *
   * @param link how well the client reaches the store from now on
   */
  public void link(Link link) {
    this.link = link;
    store.tellAll(this);
  }

  /**
   * Ends this client as SIGKILL would: nothing is released, so its leases stand until their time to
   * live has passed. Every later operation throws {@link IllegalStateException}.
   */
  public void abandon() {
    store.end(this, () -> closed = true, false);
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
  public void close() {
    store.end(this, () -> closed = true, !closed && link != Link.DOWN && store.available());
  }

  @Override
  public String toString() {
    return "InMemoryBackend[" + client + "]";
  }

  /** One request and its reply. */
  <T> T ask(Function<InMemoryStore, T> request) {
    requireOpen();
    if (link == Link.DOWN || !store.available()) {
      throw unavailable("does not answer");
    }
    T reply = request.apply(store);
    if (link == Link.DEAF) {
      throw unavailable("did not answer in time");
    }
    return reply;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the in-memory client '" + client + "' is closed");
    }
  }

  /** One request whose failure has no consequence. */
  void tryTo(Consumer<InMemoryStore> request) {
    if (!closed && link != Link.DOWN && store.available()) {
      request.accept(store);
    }
  }

  /** For what asks nothing of the connection: subscriptions, and what the store is made for. */
  InMemoryStore store() {
    return store;
  }

  boolean hears() {
    return link == Link.UP;
  }

  String client() {
    return client;
  }

  private BackendUnavailableException unavailable(String what) {
    return new BackendUnavailableException(
        "The in-memory store %s to '%s'; start() or link(UP) mends it".formatted(what, client));
  }

  private final class InMemoryLocks implements LockProvider {
    @Override
    public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
      return ask(s -> s.acquire(InMemoryBackend.this, name, ttl)).map(Lease.class::cast);
    }

    @Override
    public Guarantee guarantee() {
      return Guarantee.STRONG;
    }

    @Override
    public Optional<Guarantee> guaranteeUnasked() {
      return Optional.of(guarantee());
    }

    @Override
    public Optional<String> holder(LockName name) {
      return ask(s -> s.holder(name)).map(lease -> lease.client().client());
    }

    @Override
    public boolean revoke(LockName name, String holder) {
      return ask(s -> s.revoke(name, holder));
    }
  }

  private final class InMemoryMarkers implements MarkerStore {
    @Override
    public Optional<Marker> find(MarkerKey key) {
      return ask(s -> s.marker(key));
    }

    @Override
    public void put(Marker marker) {
      ask(
          s -> {
            s.put(marker);
            return true;
          });
    }

    @Override
    public boolean remove(MarkerKey key) {
      return ask(s -> s.remove(key));
    }

    @Override
    public Optional<List<Marker>> list(Namespace namespace, RunId run) {
      return Optional.of(ask(s -> s.markers(namespace, run)));
    }
  }
}
