package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The server that clients of the in-memory backend share: a store of locks, readiness and markers
 * for tests, without a process, a port or a file. Open as many independent clients as a test has
 * nodes with {@link #open}.
 *
 * <pre>{@code
 * var store = new InMemoryStore();
 * try (InMemoryBackend a = store.open("a"); InMemoryBackend b = store.open("b")) {
 *   ...
 * }
 * }</pre>
 *
 * <p>Keeps every rule of the contract. Deterministic: it starts no thread, never waits, reads time
 * only from its {@link Builder#clock clock} and hands hints to its {@link Builder#hints executor},
 * so that a test on virtual time sees the same in every run. Tokens count from 1 and outlive {@link
 * #flush}. Safe for use by any thread.
 *
 * <p>The methods that return nothing, and {@link #revoke}, are the store's misfortunes, for tests
 * of what an application makes of them; those of one client's connection are in {@link
 * InMemoryBackend#link}.
 */
public final class InMemoryStore {

  /** Long enough to never pass, short enough to be added to any reading of the clock. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final LongSupplier clock;
  private final Executor hints;
  private final boolean durable;

  private final Map<LockName, Held> held = new HashMap<>();
  private final Map<RunKey, Written> records = new HashMap<>();
  private final Map<RunKey, Long> fences = new HashMap<>();
  private final Map<MarkerKey, Marker> markers = new HashMap<>();
  private final Set<Watching> watching = new LinkedHashSet<>();
  private final Map<Seen, Long> seen = new HashMap<>();
  private long lastToken;
  private long lastRevision;
  private boolean available = true;
  private boolean silent;

  /** A lock in somebody's hands, until a reading of the clock. */
  private record Held(InMemoryLease lease, long until) {}

  /** A record with the moment of its writing, and the revision since which it is in its state. */
  private record Written(Readiness value, long at, long revision, long since) {}

  /** What a client knows of a run. */
  private record Seen(InMemoryBackend client, RunKey run) {}

  /** A subscription; equal only to itself. */
  private static final class Watching {
    private final InMemoryBackend client;
    private final RunKey run;
    private final Consumer<Hint> hints;

    Watching(InMemoryBackend client, RunKey run, Consumer<Hint> hints) {
      this.client = client;
      this.run = run;
      this.hints = hints;
    }
  }

  /** An empty store on the clock of the machine, with durable readiness. */
  public InMemoryStore() {
    this(new Builder());
  }

  private InMemoryStore(Builder builder) {
    this.clock = builder.clock;
    this.hints = builder.hints;
    this.durable = builder.durable;
  }

  /**
   * Begins a store that differs from the standard one.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** What a store may be given. Not safe for use by several threads. */
  public static final class Builder {
    private LongSupplier clock = System::nanoTime;
    private Executor hints = Runnable::run;
    private boolean durable = true;

    private Builder() {}

    /**
     * Sets the store's own clock, by which leases end and records age.
     *
     * @param nanoseconds a reading in nanoseconds that never goes back; its origin has no meaning
     * @return this builder
     */
    public Builder clock(LongSupplier nanoseconds) {
      this.clock = nanoseconds;
      return this;
    }

    /**
     * Sets what delivers hints; the standard is the thread of the writer, after the write.
     *
     * @param executor given one task for each hint to each watcher
     * @return this builder
     */
    public Builder hints(Executor executor) {
      this.hints = executor;
      return this;
    }

    /**
     * Makes readiness volatile: the store says that it is not durable, and {@link #restart} loses
     * the records.
     *
     * @return this builder
     */
    public Builder volatileReadiness() {
      this.durable = false;
      return this;
    }

    /**
     * Makes the store.
     *
     * @return an empty store
     */
    public InMemoryStore build() {
      return new InMemoryStore(this);
    }
  }

  /**
   * Opens one more independent client.
   *
   * @param client its name, as {@link io.autoinit.spi.LockProvider#holder} tells it
   * @return the client, to be closed by the caller
   */
  public InMemoryBackend open(String client) {
    return new InMemoryBackend(this, client);
  }

  // The store's misfortunes.

  /**
   * Lets every operation of every client fail with "unavailable" until {@link #start}; watchers are
   * told that their push channel was cut.
   */
  public void stop() {
    List<Runnable> told;
    synchronized (this) {
      available = false;
      told = tellAll();
    }
    deliver(told);
  }

  /** Ends {@link #stop}: the store answers again, with its data as it was; watchers are told. */
  public void start() {
    List<Runnable> told;
    synchronized (this) {
      available = true;
      told = tellAll();
    }
    deliver(told);
  }

  /** Restarts in an instant: clients keep their connection, volatile readiness is lost. */
  public void restart() {
    if (!durable) {
      flushReadiness();
    }
  }

  /** Loses all data: leases are lost, records, fences and markers gone. Tokens still grow. */
  public void flush() {
    synchronized (this) {
      held.clear();
      markers.clear();
    }
    flushReadiness();
  }

  /** Loses the records of all runs and the tokens that fence them, also if readiness is durable. */
  public void flushReadiness() {
    List<Runnable> told;
    synchronized (this) {
      records.clear();
      fences.clear();
      told = tellAll();
    }
    deliver(told);
  }

  /** Loses every hint from now on: polling alone must do. */
  public synchronized void dropHints() {
    silent = true;
  }

  /** Ends {@link #dropHints}; hints that were lost stay lost. */
  public synchronized void keepHints() {
    silent = false;
  }

  /**
   * Takes a lock from its holder, as if its time to live had passed.
   *
   * @param name the lock
   * @return whether somebody held it
   */
  public synchronized boolean revoke(LockName name) {
    boolean wasHeld = holder(name).isPresent();
    held.remove(name);
    return wasHeld;
  }

  // Locks.

  synchronized Optional<InMemoryLease> acquire(
      InMemoryBackend client, LockName name, Duration ttl) {
    // Again, now that no close can come between: what it gives back includes what is got here.
    client.requireOpen();
    if (holder(name).isPresent()) {
      return Optional.empty();
    }
    var lease = new InMemoryLease(client, name, ttl, ++lastToken);
    held.put(name, new Held(lease, clock.getAsLong() + nanos(ttl)));
    return Optional.of(lease);
  }

  synchronized Optional<InMemoryLease> holder(LockName name) {
    Held now = held.get(name);
    if (now == null) {
      return Optional.empty();
    }
    if (now.until() - clock.getAsLong() <= 0) {
      held.remove(name);
      return Optional.empty();
    }
    return Optional.of(now.lease());
  }

  synchronized boolean revoke(LockName name, String client) {
    return holder(name).filter(lease -> lease.client().client().equals(client)).isPresent()
        && revoke(name);
  }

  synchronized boolean renew(InMemoryLease lease) {
    if (holder(lease.name()).filter(lease::equals).isEmpty()) {
      return false;
    }
    held.put(lease.name(), new Held(lease, clock.getAsLong() + nanos(lease.ttl())));
    return true;
  }

  synchronized void release(InMemoryLease lease) {
    if (holder(lease.name()).filter(lease::equals).isPresent()) {
      held.remove(lease.name());
    }
  }

  // Readiness.

  boolean durable() {
    return durable;
  }

  synchronized List<Observed<Readiness>> records(Namespace namespace) {
    return records.keySet().stream()
        .filter(run -> run.namespace().equals(namespace))
        .flatMap(run -> record(run).stream())
        .toList();
  }

  synchronized List<Marker> markers(Namespace namespace, RunId run) {
    return markers.values().stream()
        .filter(m -> m.key().namespace().equals(namespace) && m.key().runId().equals(run))
        .toList();
  }

  synchronized Optional<Observed<Readiness>> find(InMemoryBackend reader, RunKey run) {
    Written written = records.get(run);
    if (written == null) {
      seen.remove(new Seen(reader, run));
    } else {
      seen.put(new Seen(reader, run), written.since());
    }
    return record(run);
  }

  private Optional<Observed<Readiness>> record(RunKey run) {
    return Optional.ofNullable(records.get(run)).map(this::observed);
  }

  Optional<Observed<Readiness>> publish(Publication publication) {
    Readiness next = publication.next();
    Optional<Observed<Readiness>> written;
    List<Runnable> told;
    synchronized (this) {
      boolean fencedOff = next.token() < fences.getOrDefault(next.run(), Long.MIN_VALUE);
      Optional<String> revision = record(next.run()).map(Observed::revision);
      if (fencedOff || isReady(next.run()) || !publication.accepts(revision)) {
        return Optional.empty();
      }
      fences.put(next.run(), next.token());
      told = write(next);
      written = record(next.run());
    }
    deliver(told);
    return written;
  }

  Optional<Observed<Readiness>> claim(Claim claim) {
    RunKey run = claim.next().run();
    Optional<Observed<Readiness>> written;
    List<Runnable> told;
    synchronized (this) {
      Optional<String> revision = record(run).map(Observed::revision);
      if (!revision.equals(claim.expected()) || isReady(run)) {
        return Optional.empty();
      }
      told = write(claim.next());
      written = record(run);
    }
    deliver(told);
    return written;
  }

  boolean clear(RunKey run) {
    List<Runnable> told;
    synchronized (this) {
      if (records.remove(run) == null) {
        return false;
      }
      told = tell(run, Hint.CHANGED);
    }
    deliver(told);
    return true;
  }

  /** Subscribes; running what is returned ends the subscription. */
  synchronized Runnable watch(InMemoryBackend client, RunKey run, Consumer<Hint> hint) {
    client.requireOpen();
    var watch = new Watching(client, run, hint);
    watching.add(watch);
    return () -> {
      synchronized (this) {
        watching.remove(watch);
      }
    };
  }

  // Markers.

  synchronized Optional<Marker> marker(MarkerKey key) {
    return Optional.ofNullable(markers.get(key));
  }

  synchronized void put(Marker marker) {
    markers.put(marker.key(), marker);
  }

  synchronized boolean remove(MarkerKey key) {
    return markers.remove(key) != null;
  }

  // Clients.

  synchronized boolean available() {
    return available;
  }

  /** Ends a client in one step: forgets what it watches and, if asked, gives back what it holds. */
  synchronized void end(InMemoryBackend client, Runnable close, boolean releasing) {
    close.run();
    watching.removeIf(watch -> watch.client == client);
    seen.keySet().removeIf(known -> known.client() == client);
    if (releasing) {
      held.values().removeIf(h -> h.lease().client() == client);
    }
  }

  /** Tells a client that its push channel was cut or restored. */
  void tellAll(InMemoryBackend client) {
    List<Runnable> told;
    synchronized (this) {
      told = new ArrayList<>();
      for (Watching watch : watching) {
        if (watch.client == client && !silent) {
          told.add(() -> watch.hints.accept(Hint.CHANGED));
        }
      }
    }
    deliver(told);
  }

  private boolean isReady(RunKey run) {
    Written written = records.get(run);
    return written != null && written.value().isReady();
  }

  private Observed<Readiness> observed(Written written) {
    Duration age = Duration.ofNanos(Math.max(0, clock.getAsLong() - written.at()));
    return new Observed<>(written.value(), age, Long.toString(written.revision()));
  }

  private List<Runnable> write(Readiness next) {
    Written before = records.get(next.run());
    long revision = ++lastRevision;
    long since =
        before != null && InMemoryReadiness.sameState(before.value(), next)
            ? before.since()
            : revision;
    records.put(next.run(), new Written(next, clock.getAsLong(), revision, since));
    if (since != revision) {
      return tell(next.run(), Hint.BEAT);
    }
    return tell(
        next.run(),
        client ->
            next.isReady()
                    && before != null
                    && Objects.equals(seen.get(new Seen(client, next.run())), before.since())
                ? Hint.READY
                : Hint.CHANGED);
  }

  private List<Runnable> tell(RunKey run, Hint hint) {
    return tell(run, client -> hint);
  }

  private List<Runnable> tell(RunKey run, Function<InMemoryBackend, Hint> hint) {
    List<Runnable> told = new ArrayList<>();
    if (silent) {
      return told;
    }
    for (Watching watch : watching) {
      if (watch.run.equals(run) && watch.client.hears()) {
        Hint known = hint.apply(watch.client);
        told.add(() -> watch.hints.accept(known));
      }
    }
    return told;
  }

  private List<Runnable> tellAll() {
    List<Runnable> told = new ArrayList<>();
    watching.stream()
        .map(watch -> watch.run)
        .distinct()
        .forEach(run -> told.addAll(tell(run, Hint.CHANGED)));
    return told;
  }

  /** Outside of the store's lock: a watcher may ask the store at once. */
  private void deliver(List<Runnable> told) {
    told.forEach(hints::execute);
  }

  private static long nanos(Duration ttl) {
    return ttl.compareTo(Duration.ofNanos(FOREVER)) < 0 ? ttl.toNanos() : FOREVER;
  }
}
