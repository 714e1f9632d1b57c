package io.autoinit.backend.redis;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Locks as a hash that outlives its lease, so that tokens grow (LOCK-2). What counts is the
 * server's clock alone (LOCK-5). Replication is asynchronous, so a failover may forget a lock: best
 * effort.
 */
final class RedisLocks implements LockProvider {

  /** So that a lock that nobody uses any more does not stay for ever. */
  private static final Duration KEPT = Duration.ofDays(30);

  private final RedisStore store;
  private final Set<RedisLease> held = ConcurrentHashMap.newKeySet();
  private final Attempts attempts = new Attempts();

  RedisLocks(RedisStore store) {
    this.store = store;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    if (!attempts.begin()) {
      throw store.closed();
    }
    try {
      Optional<Lease> lease = attempt(name, ttl);
      if (lease.isPresent() && attempts.closing()) {
        lease.get().close();
        throw store.closed();
      }
      return lease;
    } finally {
      attempts.end();
    }
  }

  private Optional<Lease> attempt(LockName name, Duration ttl) {
    String holder = UUID.randomUUID().toString();
    String key = key(name);
    Optional<Object> token;
    try {
      token =
          store.run(
              Script.LOCK_ACQUIRE,
              key,
              holder,
              store.settings().config().client(),
              micros(ttl),
              keptMillis(ttl));
    } catch (BackendException e) {
      // The lock may be ours without an answer (LOCK-4). Where the server is only slow the time to
      // live frees it: nobody should wait twice.
      if (!RedisErrors.timedOut(e)) {
        release(key, holder);
      }
      throw e;
    }
    return token.map(t -> new RedisLease(key, holder, Long.parseLong(t.toString()), ttl));
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.BEST_EFFORT;
  }

  @Override
  public Optional<Guarantee> guaranteeUnasked() {
    return Optional.of(Guarantee.BEST_EFFORT);
  }

  @Override
  public Optional<String> holder(LockName name) {
    return store.run(Script.LOCK_HOLDER, key(name)).map(Object::toString);
  }

  @Override
  public boolean revoke(LockName name, String holder) {
    String id = UUID.randomUUID().toString();
    try {
      return store.yes(Script.LOCK_REVOKE, key(name), holder, id);
    } catch (BackendUnavailableException e) {
      // It may be done without an answer: then it is known by its id.
      return store.yes(Script.LOCK_REVOKE, key(name), holder, id);
    }
  }

  /**
   * Gives back every lease, those of attempts under way too; gives up at the first that the store
   * does not take.
   */
  void close() {
    attempts.close(store.settings().connectTimeout().plus(store.settings().commandTimeout()));
    boolean answers = true;
    for (RedisLease lease : List.copyOf(held)) {
      answers = lease.end(answers);
    }
  }

  /** Whether the store answered. */
  private boolean release(String key, String holder) {
    try {
      store.run(Script.LOCK_RELEASE, key, holder);
      return true;
    } catch (BackendException | IllegalStateException e) {
      // Out of reach: the lock ends by itself (LOCK-5).
      return false;
    }
  }

  private String key(LockName name) {
    return store.settings().keyPrefix() + ":lock:" + name;
  }

  private static String micros(Duration ttl) {
    return Long.toString(Math.max(1, TimeUnit.MICROSECONDS.convert(ttl)));
  }

  private static String keptMillis(Duration ttl) {
    return Long.toString(KEPT.plus(ttl).toMillis());
  }

  private final class RedisLease implements Lease {

    private final String key;
    private final String holder;
    private final long token;
    private final Duration ttl;
    private boolean ended;
    private volatile boolean lost;

    RedisLease(String key, String holder, long token, Duration ttl) {
      this.key = key;
      this.holder = holder;
      this.token = token;
      this.ttl = ttl;
      held.add(this);
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public boolean renew() {
      if (!lost
          && !store.yes(
              Script.LOCK_RENEW, key, holder, Long.toString(token), micros(ttl), keptMillis(ttl))) {
        lost = true;
        held.remove(this);
      }
      return !lost;
    }

    @Override
    public void close() {
      end(true);
    }

    /**
     * Ends the lease, telling the store if that is sensible; whether that is still so. Whoever
     * comes second waits for the first, so that a close of the backend does not cut off a release.
     */
    private synchronized boolean end(boolean tell) {
      if (ended) {
        return tell;
      }
      ended = true;
      lost = true;
      boolean told = tell && release(key, holder);
      held.remove(this);
      return told;
    }

    @Override
    public String toString() {
      return "RedisLease[" + key + ", " + token + "]";
    }
  }
}
