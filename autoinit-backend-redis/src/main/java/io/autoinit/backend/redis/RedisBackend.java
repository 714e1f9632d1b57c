package io.autoinit.backend.redis;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Owns the client that the three facets share. */
final class RedisBackend implements Backend {

  private final RedisSettings settings;
  private final RedisStore store;
  private final RedisHints hints;
  private final RedisLocks locks;
  private final RedisReadiness readiness;
  private final RedisMarkers markers;
  private volatile boolean locksWanted;
  private boolean closed;

  RedisBackend(RedisSettings settings) {
    this(settings, RedisHints.PULSE);
  }

  /** For tests that cannot wait for a standard pulse. */
  RedisBackend(RedisSettings settings, Duration pulse) {
    this.settings = settings;
    this.store = new RedisStore(settings);
    this.hints = new RedisHints(store, pulse);
    this.locks = new RedisLocks(store);
    this.readiness = new RedisReadiness(store, hints);
    this.markers = new RedisMarkers(store);
  }

  /** For tests: what is closed here without a goodbye looks like a process that died. */
  RedisStore store() {
    return store;
  }

  @Override
  public Optional<LockProvider> locks() {
    locksWanted = true;
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

  /** From {@code INFO} alone: {@code CONFIG} is forbidden by many who offer Redis as a service. */
  @Override
  public List<String> warnings() {
    String info;
    try {
      info = store.ask(jedis -> jedis.info("all")).orElse("");
    } catch (BackendException e) {
      // Not permitted, or out of reach: the first operation that matters will tell.
      return List.of();
    }
    RedisInfo told = new RedisInfo(info);
    List<String> warnings = new ArrayList<>();
    told.eviction(settings).ifPresent(found -> warnings.add(found.sentence()));
    if (locksWanted) {
      told.replicas(settings).ifPresent(found -> warnings.add(found.sentence()));
    }
    return warnings;
  }

  @Override
  public List<Finding> findings() {
    return new RedisExamination(store, locksWanted).findings();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    hints.close();
    locks.close();
    store.close();
  }

  @Override
  public String toString() {
    return "RedisBackend[" + settings.place() + "]";
  }
}
