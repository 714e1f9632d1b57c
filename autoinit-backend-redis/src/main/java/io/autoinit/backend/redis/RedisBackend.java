package io.autoinit.backend.redis;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Owns the client that the three facets share. */
final class RedisBackend implements Backend {

  private static final Pattern POLICY = Pattern.compile("maxmemory_policy:(\\S+)");
  private static final Pattern REPLICAS = Pattern.compile("connected_slaves:(\\d+)");

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
    List<String> warnings = new ArrayList<>();
    Matcher policy = POLICY.matcher(info);
    if (policy.find() && !policy.group(1).equals("noeviction")) {
      warnings.add(
          "%s is set to drop keys when its memory is full (maxmemory-policy %s), those of autoinit too: set maxmemory-policy noeviction"
              .formatted(settings.place(), policy.group(1)));
    }
    Matcher replicas = REPLICAS.matcher(info);
    if (locksWanted && replicas.find() && !replicas.group(1).equals("0")) {
      warnings.add(
          "%s has replicas: a failover may grant a lock to a second holder; set autoinit.locks to a store with strong locks if steps must never overlap"
              .formatted(settings.place()));
    }
    return warnings;
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
