package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.cp.CPGroupId;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Locks as one text each that is compared and set: the token, the end of the lease by the cluster's
 * clock, and who holds it. The token stays, so that the next is higher, and is never behind the
 * clock, so that it grows beyond the loss of all data (LOCK-2).
 */
final class HazelcastLocks implements LockProvider {

  private static final int MOST_TRIES = 10;
  private static final long PAUSE_NANOS = 50_000_000;

  private final HazelcastGrid grid;
  private final Set<GridLease> held = ConcurrentHashMap.newKeySet();
  private final Attempts attempts = new Attempts();
  private volatile @Nullable Guarantee found;

  HazelcastLocks(HazelcastGrid grid) {
    this.grid = grid;
  }

  /**
   * What a lock holds; nobody's, once its holder is empty.
   *
   * @param revocations the ids of the last revokes, by which each knows itself without an answer,
   *     also when others have acquired or taken the lock since
   */
  private record Held(
      long token, long untilMillis, String holder, String revocations, String client) {

    static final Held NEVER = new Held(0, 0, "", "", "");

    private static final int MOST_REVOCATIONS = 8 * 37;

    static Held fromText(String text) {
      String[] fields = text.split("\n", 5);
      try {
        return new Held(
            Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2], fields[3], fields[4]);
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new BackendRefusedException(
            "Hazelcast holds something else than a lock of autoinit: set another prefix", e);
      }
    }

    String toText() {
      return String.join(
          "\n", Long.toString(token), Long.toString(untilMillis), holder, revocations, client);
    }

    boolean isHeldAt(long millis) {
      return !holder.isEmpty() && untilMillis > millis;
    }

    Held released() {
      return new Held(token, untilMillis, "", revocations, "");
    }

    Held revoked(String id) {
      String all = id + " " + revocations;
      return new Held(
          token, untilMillis, "", all.substring(0, Math.min(all.length(), MOST_REVOCATIONS)), "");
    }

    boolean wasRevokedBy(String id) {
      return revocations.contains(id);
    }
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    if (!attempts.begin()) {
      throw grid.closed();
    }
    try {
      Optional<Lease> lease = attempt(name.toString(), ttl);
      if (lease.isPresent() && attempts.closing()) {
        lease.get().close();
        throw grid.closed();
      }
      return lease;
    } finally {
      attempts.end();
    }
  }

  private Optional<Lease> attempt(String name, Duration ttl) {
    String holder = UUID.randomUUID().toString();
    AtomicBoolean abandoned = new AtomicBoolean();
    try {
      return with((instance, cells) -> acquired(instance, cells, name, ttl, holder, abandoned))
          .map(h -> new GridLease(name, holder, h.token(), ttl));
    } catch (BackendUnavailableException e) {
      // The lock may be ours without an answer, or become ours yet (LOCK-4).
      abandoned.set(true);
      giveBack(name, holder);
      throw e;
    }
  }

  private Optional<Held> acquired(
      HazelcastInstance instance,
      Cells cells,
      String name,
      Duration ttl,
      String holder,
      AtomicBoolean abandoned) {
    long now = grid.millis(instance);
    Optional<String> seen = cells.get(name);
    Held before = seen.map(Held::fromText).orElse(Held.NEVER);
    // What was got by an answer that did not count is got once more.
    if ((before.isHeldAt(now) && !before.holder().equals(holder)) || abandoned.get()) {
      return Optional.empty();
    }
    Held next =
        new Held(
            Math.max(before.token() + 1, now * 1000),
            now + Math.max(1, ttl.toMillis()),
            holder,
            before.revocations(),
            grid.settings().config().client());
    try {
      return cells.swap(name, seen, next.toText()) ? Optional.of(next) : Optional.empty();
    } finally {
      // Whoever asked has gone, and his release may have come too early.
      if (abandoned.get()) {
        released(cells, name, holder);
      }
    }
  }

  private boolean renewed(
      HazelcastInstance instance, Cells cells, String name, Duration ttl, String holder) {
    long now = grid.millis(instance);
    Optional<String> seen = cells.get(name);
    Held before = seen.map(Held::fromText).orElse(Held.NEVER);
    if (!before.holder().equals(holder) || !before.isHeldAt(now)) {
      return false;
    }
    Held next =
        new Held(
            before.token(),
            now + Math.max(1, ttl.toMillis()),
            holder,
            before.revocations(),
            before.client());
    // Two renewals at once: one of them is enough.
    return next.equals(before)
        || cells.swap(name, seen, next.toText())
        || cells.get(name).map(Held::fromText).filter(h -> h.holder().equals(holder)).isPresent();
  }

  /** Only a renewal of the same lease comes between, so a few tries are enough. */
  private static boolean released(Cells cells, String name, String holder) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<String> seen = cells.get(name);
      Held before = seen.map(Held::fromText).orElse(Held.NEVER);
      if (!before.holder().equals(holder) || cells.swap(name, seen, before.released().toText())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Guarantee guarantee() {
    return switch (grid.settings().lockMode()) {
      case CP -> Guarantee.STRONG;
      case IMAP -> Guarantee.BEST_EFFORT;
      case AUTO -> {
        try {
          yield grid.askOnce(this::offered);
        } catch (BackendException e) {
          // Nobody knows yet: the lesser promise.
          yield Guarantee.BEST_EFFORT;
        }
      }
    };
  }

  @Override
  public Optional<Guarantee> guaranteeUnasked() {
    return switch (grid.settings().lockMode()) {
      case CP -> Optional.of(Guarantee.STRONG);
      case IMAP -> Optional.of(Guarantee.BEST_EFFORT);
      case AUTO -> Optional.empty();
    };
  }

  @Override
  public Optional<String> holder(LockName name) {
    return with(
        (instance, cells) -> {
          long now = grid.millis(instance);
          return cells
              .get(name.toString())
              .map(Held::fromText)
              .filter(h -> h.isHeldAt(now))
              .map(Held::client);
        });
  }

  @Override
  public boolean revoke(LockName name, String holder) {
    String id = UUID.randomUUID().toString();
    long end = System.nanoTime() + grid.settings().commandTimeout().toNanos();
    while (true) {
      try {
        return with((instance, cells) -> revoked(instance, cells, name.toString(), holder, id));
      } catch (BackendUnavailableException e) {
        // It may be done without an answer: then it is known by its id, once the cluster is back.
        if (System.nanoTime() + PAUSE_NANOS - end > 0 || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean revoked(
      HazelcastInstance instance, Cells cells, String name, String client, String id) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<String> seen = cells.get(name);
      Held before = seen.map(Held::fromText).orElse(Held.NEVER);
      if (before.wasRevokedBy(id)) {
        return true;
      }
      if (!before.isHeldAt(grid.millis(instance)) || !before.client().equals(client)) {
        return false;
      }
      // Not taken if it was renewed meanwhile: then it is looked at again.
      if (cells.swap(name, seen, before.revoked(id).toText())) {
        return true;
      }
    }
    throw new BackendUnavailableException(
        grid.settings().place() + " took no lock away: its holder always renewed it first");
  }

  private <T> T with(BiFunction<HazelcastInstance, Cells, T> work) {
    return grid.ask(instance -> work.apply(instance, cells(instance)));
  }

  private Cells cells(HazelcastInstance instance) {
    if (offered(instance) == Guarantee.STRONG) {
      return Cells.inCp(instance, grid.settings().prefix() + "-lock:");
    }
    return Cells.in(grid.map(instance, "locks"));
  }

  /** What this cluster and the settings amount to; the same for as long as it was found once. */
  private Guarantee offered(HazelcastInstance instance) {
    HazelcastSettings settings = grid.settings();
    if (settings.lockMode() == HazelcastSettings.LockMode.IMAP) {
      return Guarantee.BEST_EFFORT;
    }
    Guarantee known = found;
    if (known != null) {
      return known;
    }
    Guarantee now = hasCp(instance) ? Guarantee.STRONG : Guarantee.BEST_EFFORT;
    if (now == Guarantee.BEST_EFFORT && settings.lockMode() == HazelcastSettings.LockMode.CP) {
      throw new BackendRefusedException(
          "%s offers no CP Subsystem (%s = cp): give it at least 3 CP members in an edition that has it, or set %s = imap"
              .formatted(
                  settings.place(),
                  settings.key(HazelcastSettings.LOCK_MODE),
                  settings.key(HazelcastSettings.LOCK_MODE)));
    }
    found = now;
    return now;
  }

  private boolean hasCp(HazelcastInstance instance) {
    try {
      String probe = grid.settings().prefix() + "-probe";
      // A true subsystem counts its groups, so one number may be right by chance; two are not. The
      // second group is made for that case alone.
      return !numberedByPartition(instance, probe)
          || !numberedByPartition(instance, probe + "@" + probe);
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains("licensed")
          || e instanceof UnsupportedOperationException
          || e.getCause() instanceof UnsupportedOperationException) {
        return false;
      }
      throw e;
    }
  }

  /** As an unsafe CP Subsystem, of a cluster without CP members, numbers its groups. */
  private static boolean numberedByPartition(HazelcastInstance instance, String lock) {
    CPGroupId group = instance.getCPSubsystem().getLock(lock).getGroupId();
    return group.getId()
        == instance.getPartitionService().getPartition(group.getName()).getPartitionId();
  }

  /**
   * Gives back every lease, those of attempts under way too; gives up at the first that the store
   * does not take.
   */
  void close() {
    attempts.close(grid.settings().connectTimeout().plus(grid.settings().commandTimeout()));
    boolean answers = true;
    for (GridLease lease : List.copyOf(held)) {
      answers = lease.end(answers);
    }
  }

  /** What was not told to be got; without a confirmation, since whoever waits waited enough. */
  private void giveBack(String name, String holder) {
    try {
      boolean unused = grid.askOnce(instance -> released(cells(instance), name, holder));
    } catch (BackendException | IllegalStateException e) {
      // Out of reach: the lock ends by itself (LOCK-5).
      return;
    }
  }

  /** Whether the store answered. */
  private boolean release(String name, String holder) {
    try {
      return with((instance, cells) -> released(cells, name, holder));
    } catch (BackendException | IllegalStateException e) {
      // Out of reach: the lock ends by itself (LOCK-5).
      return false;
    }
  }

  private final class GridLease implements Lease {

    private final String name;
    private final String holder;
    private final long token;
    private final Duration ttl;
    private boolean ended;
    private volatile boolean lost;

    GridLease(String name, String holder, long token, Duration ttl) {
      this.name = name;
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
      if (!lost && !with((instance, cells) -> renewed(instance, cells, name, ttl, holder))) {
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
      boolean told = tell && release(name, holder);
      held.remove(this);
      return told;
    }

    @Override
    public String toString() {
      return "GridLease[" + name + ", " + token + "]";
    }
  }
}
