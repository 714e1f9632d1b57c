package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The in-memory backend with one flaw. */
final class FlawedBackend implements Backend, LockProvider, MarkerStore {

  private static final Duration FOR_EVER = Duration.ofDays(1);

  /** So that the histories, which are full of short leases, are left alone. */
  private static final Duration SHORTEST_NOT_EXTENDED = Duration.ofSeconds(2);

  private final Flaw flaw;
  private final InMemoryStore store;
  private final InMemoryBackend sound;
  private final InMemoryBackend own = new InMemoryStore().open("own");
  private final ReadinessStore readiness;
  private final Map<LockName, Lease> mine = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicBoolean waited = new AtomicBoolean();
  private final Misfortunes misfortunes;
  private final int restartsBefore;
  private volatile boolean closed;

  FlawedBackend(Flaw flaw, InMemoryStore store, FlawedReadiness.Rows rows) {
    this(flaw, store, rows, new Misfortunes());
  }

  FlawedBackend(
      Flaw flaw, InMemoryStore store, FlawedReadiness.Rows rows, Misfortunes misfortunes) {
    this.flaw = flaw;
    this.misfortunes = misfortunes;
    this.restartsBefore = misfortunes.restarts();
    this.store = store;
    this.sound = store.open("flawed-" + UUID.randomUUID());
    this.readiness = new FlawedReadiness(flaw, () -> closed, rows);
    if (flaw == Flaw.THREAD_LEFT_AFTER_CLOSE) {
      var thread = new Thread(() -> LockSupport.parkNanos(Duration.ofMinutes(2).toNanos()), "left");
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public Optional<LockProvider> locks() {
    return Optional.of(this);
  }

  @Override
  public Optional<ReadinessStore> readiness() {
    return Optional.of(readiness);
  }

  @Override
  public Optional<MarkerStore> markers() {
    return flaw == Flaw.ROLES_OVERSTATED ? Optional.empty() : Optional.of(this);
  }

  @Override
  public List<Finding> findings() {
    if (flaw == Flaw.FINDINGS_RELEASE_LOCKS) {
      mine.keySet().forEach(store::revoke);
    }
    return Backend.super.findings();
  }

  @Override
  public Duration longestStandstill() {
    return switch (flaw) {
      case STANDSTILL_NEGATIVE -> Duration.ofSeconds(-1);
      case STANDSTILL_KNOWN_AFTER_USE -> Duration.ofSeconds(mine.size());
      default -> Duration.ZERO;
    };
  }

  @Override
  public Optional<BackendUnavailableException> waitsFor() {
    return flaw == Flaw.WAITS_FOR_WHAT_SERVES
        ? Optional.of(new BackendUnavailableException("nobody answered a while ago"))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (flaw == Flaw.ACQUIRED_BEHIND_THE_CLOSE) {
      mine.values().forEach(Lease::close);
    }
    closed = true;
    if (flaw == Flaw.LEASES_KEPT_AFTER_CLOSE) {
      sound.abandon();
    } else {
      sound.close();
    }
  }

  /** Ends as a killed process does. */
  void abandon() {
    sound.abandon();
  }

  private LockProvider soundLocks() {
    return (flaw == Flaw.LOCKS_OF_EACH_CLIENT && !closed ? own : sound).locks().orElseThrow();
  }

  private MarkerStore soundMarkers() {
    return sound.markers().orElseThrow();
  }

  @Override
  public Guarantee guarantee() {
    return flaw == Flaw.GUARANTEE_OVERSTATED ? Guarantee.BEST_EFFORT : Guarantee.STRONG;
  }

  @Override
  public Optional<Guarantee> guaranteeUnasked() {
    return Optional.of(Guarantee.STRONG);
  }

  private LockName known(LockName asked) {
    return flaw == Flaw.LOCK_NAMES_IGNORE_CASE
        ? new LockName(
            new Namespace(asked.namespace().value().toLowerCase(Locale.ROOT)), asked.node())
        : asked;
  }

  @Override
  public Optional<String> holder(LockName name) {
    return soundLocks().holder(known(name));
  }

  @Override
  public boolean revoke(LockName asked, String holder) {
    LockName name = known(asked);
    return switch (flaw) {
      case REVOKE_TELLS_NOBODY -> holder(name).equals(Optional.of(holder));
      case REVOKE_TAKES_FROM_ANYBODY -> store.revoke(name);
      case REVOKE_DENIES_IT -> {
        boolean unused = soundLocks().revoke(name, holder);
        yield false;
      }
      case REVOKE_IN_TWO_STEPS -> {
        boolean held = holder(name).equals(Optional.of(holder));
        LockSupport.parkNanos(2_000_000);
        boolean unused = held && store.revoke(name);
        yield held;
      }
      default -> soundLocks().revoke(name, holder);
    };
  }

  @Override
  public boolean mayRevoke() {
    return flaw != Flaw.REVOKE_DENIED_BEFOREHAND;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName asked, Duration ttl) {
    LockName name = known(asked);
    if (flaw == Flaw.BROKEN_FOR_GOOD_BY_A_RESTART && misfortunes.restarts() > restartsBefore) {
      throw new BackendUnavailableException("the server was restarted");
    }
    if (flaw == Flaw.ACQUIRED_BEHIND_THE_CLOSE) {
      return behindTheClose(name, ttl);
    }
    if (flaw == Flaw.INTERRUPT_SWALLOWED) {
      boolean unused = Thread.interrupted();
    }
    if (flaw == Flaw.LOCK_TAKEN_IN_TWO_STEPS && soundLocks().holder(name).isEmpty()) {
      LockSupport.parkNanos(2_000_000);
      store.revoke(name);
    }
    if (flaw == Flaw.NODE_LOCKS_OF_EACH_CLIENT
        && asked.node().isPresent()
        && ttl.compareTo(SHORTEST_NOT_EXTENDED) >= 0
        && !closed) {
      return own.locks().orElseThrow().tryAcquire(name, ttl);
    }
    Optional<Lease> lease =
        soundLocks().tryAcquire(name, flaw == Flaw.HOLDER_NEVER_DROPPED ? FOR_EVER : ttl);
    if (flaw == Flaw.ACQUIRE_WAITS_FOR_THE_HOLDER && lease.isEmpty()) {
      waitOnce();
    }
    if (flaw == Flaw.GHOST_AFTER_AN_INTERRUPT && Thread.currentThread().isInterrupted()) {
      lease.ifPresent(Lease::close);
      soundLocks().tryAcquire(name, Duration.ofDays(1));
      throw new BackendUnavailableException("interrupted");
    }
    if (flaw == Flaw.LOCK_REENTRANT_FOR_ITS_CLIENT && lease.isEmpty()) {
      return Optional.ofNullable(mine.get(name));
    }
    return lease.map(held -> new FlawedLease(name, ttl, held));
  }

  /** Asks whether it is closed, then takes its time; what is closed then gives nothing back. */
  private Optional<Lease> behindTheClose(LockName name, Duration ttl) {
    Optional<String> unused = soundLocks().holder(name);
    LockSupport.parkNanos(2_000_000);
    return store
        .open("behind-" + UUID.randomUUID())
        .locks()
        .orElseThrow()
        .tryAcquire(name, ttl)
        .map(held -> new FlawedLease(name, ttl, held));
  }

  /** Longer than LOCK-3 bears, and only once, since the other rules hold no stopwatch. */
  private void waitOnce() {
    if (!Thread.currentThread().getName().equals("tck-worker") || waited.getAndSet(true)) {
      return;
    }
    long end = System.nanoTime() + Duration.ofSeconds(7).toNanos();
    while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private final class FlawedLease implements Lease {
    private final LockName name;
    private final Duration ttl;
    private final long token;
    private volatile Lease held;

    FlawedLease(LockName name, Duration ttl, Lease held) {
      this.name = name;
      this.ttl = ttl;
      this.held = held;
      this.token =
          switch (flaw) {
            case TOKEN_CONSTANT -> 1;
            case TOKEN_RESTARTS_WITH_EACH_CLIENT -> tokens.incrementAndGet();
            case TOKEN_FORGOTTEN_WITH_THE_DATA -> held.token() - misfortunes.forgotten();
            default -> held.token();
          };
      mine.put(name, this);
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public boolean renew() {
      if (flaw == Flaw.RENEW_REVIVES && !held.renew()) {
        soundLocks().tryAcquire(name, ttl).ifPresent(again -> held = again);
      }
      if (flaw == Flaw.RENEW_EXTENDS_NOTHING && ttl.compareTo(SHORTEST_NOT_EXTENDED) >= 0) {
        return store.holder(name).filter(held::equals).isPresent();
      }
      return held.renew();
    }

    @Override
    public void close() {
      mine.remove(name, this);
      if (flaw == Flaw.ACQUIRED_BEHIND_THE_CLOSE && closed) {
        return;
      }
      if (flaw == Flaw.CLOSE_RELEASES_ANOTHERS
          || (flaw == Flaw.CLOSE_RELEASES_A_NEWER_LEASE && isMine())) {
        store.revoke(name);
      }
      held.close();
    }

    /** Of this client, by whichever lease; the histories' short ones are left alone. */
    private boolean isMine() {
      return ttl.compareTo(SHORTEST_NOT_EXTENDED) >= 0
          && store.holder(name).filter(now -> now.client() == sound).isPresent();
    }
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    if (flaw == Flaw.CLOSED_STILL_ANSWERS && closed) {
      return Optional.empty();
    }
    return soundMarkers()
        .find(mixed(key))
        .map(found -> new Marker(key, found.holder(), sorted(found.steps())));
  }

  private Map<String, StepOutcome> sorted(Map<String, StepOutcome> steps) {
    return flaw == Flaw.MARKER_STEPS_SORTED ? new TreeMap<>(steps) : steps;
  }

  @Override
  public void put(Marker marker) {
    Marker whole = new Marker(mixed(marker.key()), marker.holder(), marker.steps());
    if (flaw == Flaw.MARKER_IN_TWO_STEPS) {
      soundMarkers().put(new Marker(whole.key(), whole.holder(), Map.of()));
      LockSupport.parkNanos(200_000);
    }
    soundMarkers().put(flaw == Flaw.MARKER_OF_TWO_WRITERS ? blended(whole) : whole);
  }

  /** What the first of several writers wrote shines through what the others write. */
  private Marker blended(Marker whole) {
    Map<String, StepOutcome> steps = new LinkedHashMap<>(whole.steps());
    soundMarkers()
        .find(whole.key())
        .filter(before -> before.steps().size() > 20 && whole.steps().size() > 20)
        .ifPresent(before -> steps.putAll(before.steps()));
    return new Marker(whole.key(), whole.holder(), steps);
  }

  @Override
  public boolean remove(MarkerKey key) {
    return soundMarkers().remove(mixed(key));
  }

  @Override
  public Optional<List<Marker>> list(Namespace namespace, RunId run) {
    Optional<List<Marker>> listed = soundMarkers().list(namespace, run);
    return flaw == Flaw.MARKERS_OF_LIKE_RUNS_LISTED
        ? listed.map(
            own ->
                Stream.of(own, soundMarkers().list(namespace, new RunId("a-" + run)).orElseThrow())
                    .flatMap(List::stream)
                    .toList())
        : listed;
  }

  private MarkerKey mixed(MarkerKey key) {
    return flaw == Flaw.MARKERS_OF_NODES_MIXED
        ? new MarkerKey(key.namespace(), new NodeId("any"), key.runId())
        : key;
  }
}
