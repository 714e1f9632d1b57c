package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules LOCK-1 to LOCK-3 and LOCK-8, within one process. */
abstract class LockRules extends Kit {

  /** How long a machine under load may take to answer at once. */
  static final Duration AT_ONCE = Duration.ofSeconds(5);

  /** While a client holds a lock, no other client gets it. */
  @Test
  @DisplayName("LOCK-1 one lease per name, across clients")
  public final void oneLeaseAcrossClients() {
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    LockName node = LockName.node(freshNamespace(), freshNode());
    requireRefused(second, node, acquire("LOCK-1", first, node, LONG), "a second client");
    LockName name = freshLock();
    Lease lease = acquire("LOCK-1", first, name, LONG);
    requireRefused(second, name, lease, "a second client");
    rule(
        lease.renew(),
        "LOCK-1",
        "the holder lost '" + name + "' when another client merely tried to get it",
        "whether a failed tryAcquire changes the lock that it found");
    requireRefused(second, name, lease, "a second client, after the holder renewed,");
  }

  /** The client that holds a lock does not get it again, on any of its threads. */
  @Test
  @DisplayName("LOCK-1 one lease per name, within a client and its threads: not reentrant")
  public final void notReentrant() {
    LockProvider locks = locks(client());
    LockName name = freshLock();
    Lease lease = acquire("LOCK-1", locks, name, LONG);
    requireRefused(locks, name, lease, "the holder's own client, on the same thread,");
    rule(
        Worker.elsewhere(() -> locks.tryAcquire(name, LONG)).isEmpty(),
        "LOCK-1",
        "the holder's own client got '" + name + "' a second time on another thread",
        "whether the store tells leases apart, or only clients");
  }

  /** Of many who try at once, at most one gets the lock. */
  @Test
  @DisplayName("LOCK-1 one lease per name, when many try at once")
  public final void oneWinnerOfARace() {
    List<LockProvider> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(locks(client()));
    }
    for (int round = 0; round < 10; round++) {
      LockName name = freshLock();
      List<Callable<Optional<Lease>>> tries = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        LockProvider locks = clients.get(i % clients.size());
        tries.add(() -> locks.tryAcquire(name, LONG));
      }
      List<Lease> won = Worker.together(tries).stream().flatMap(Optional::stream).toList();
      rule(
          won.size() <= 1,
          "LOCK-1",
          "%d of 12 simultaneous attempts by 4 clients got '%s'".formatted(won.size(), name),
          "whether testing that the lock is free and taking it are one atomic step of the store");
      won.forEach(Lease::close);
    }
  }

  /** Each holder has a higher token than the one before. */
  @Test
  @DisplayName("LOCK-2 tokens strictly increase over handovers")
  public final void tokensIncreaseOverHandovers() {
    List<LockProvider> clients = List.of(locks(client()), locks(client()));
    LockName name = freshLock();
    long last = 0;
    for (int i = 0; i < 12; i++) {
      try (Lease lease = acquire("LOCK-2", clients.get(i % 2), name, LONG)) {
        last = requireHigher(lease, last, "after a handover");
      }
    }
    Backend late = client();
    try (Lease lease = acquire("LOCK-2", locks(late), name, LONG)) {
      last = requireHigher(lease, last, "for a client that was opened later");
    }
    late.close();
    try (Lease lease = acquire("LOCK-2", clients.get(0), name, LONG)) {
      requireHigher(lease, last, "after the last holder's client was closed");
    }
  }

  /** Tokens grow also when the store has forgotten everything. */
  @Test
  @DisplayName("LOCK-2 tokens strictly increase over the loss of the store's data")
  public final void tokensIncreaseOverAFlush() {
    LockProvider locks = locks(client());
    Runnable flush = offeredFault(possibleFaults().flush(), "flush");
    tokensIncreaseOver(locks, flush, "after the store lost its data");
  }

  /** Tokens grow also when the store was restarted. */
  @Test
  @DisplayName("LOCK-2 tokens strictly increase over a restart of the store")
  public final void tokensIncreaseOverARestart() {
    LockProvider locks = locks(client());
    Runnable restart = offeredFault(possibleFaults().restart(), "restart");
    tokensIncreaseOver(locks, restart, "after the store was restarted");
  }

  private void tokensIncreaseOver(LockProvider locks, Runnable fault, String when) {
    LockName name = freshLock();
    long last = 0;
    for (int i = 0; i < 3; i++) {
      try (Lease lease = acquire("LOCK-2", locks, name, LONG)) {
        last = requireHigher(lease, last, "before the fault");
      }
    }
    fault.run();
    try (Lease lease = acquireInTime("LOCK-2", locks(client()), name, PATIENCE)) {
      requireHigher(lease, last, when);
    }
  }

  /** Whoever finds the lock taken is told so, and does not queue. */
  @Test
  @DisplayName("LOCK-3 tryAcquire returns at once while another holds the lock")
  public final void neverWaits() {
    LockName name = freshLock();
    acquire("LOCK-3", locks(client()), name, LONG);
    LockProvider locks = locks(client());
    Worker<Optional<Lease>> attempt = Worker.start(() -> locks.tryAcquire(name, LONG));
    rule(
        attempt.result(AT_ONCE).isPresent(),
        "LOCK-3",
        "tryAcquire of '%s', which another client holds, had not returned after %s"
            .formatted(name, seconds(AT_ONCE)),
        "whether it uses the form of the store's lock that waits, or retries inside");
  }

  /** Locks of different names have nothing to do with each other, however alike they look. */
  @Test
  @DisplayName("LOCK-8 different names do not block each other")
  public final void namesAreSeparate() {
    String base = fresh("ns");
    String longBase = longest("ns");
    NodeId node = freshNode();
    List<LockName> names =
        List.of(
            infrastructure(base),
            infrastructure(base + "a"),
            infrastructure(base + ".a"),
            infrastructure(base + "_a"),
            infrastructure(base + "-a"),
            infrastructure(base + "A"),
            infrastructure(base.toUpperCase(java.util.Locale.ROOT)),
            infrastructure(longBase + "1"),
            infrastructure(longBase + "2"),
            LockName.node(new Namespace(base), node),
            LockName.node(new Namespace(base), freshNode()),
            LockName.node(new Namespace(base + "a"), node),
            LockName.node(new Namespace(base), new NodeId("infrastructure")));
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    int i = 0;
    for (LockName name : names) {
      LockProvider locks = i++ % 2 == 0 ? first : second;
      rule(
          locks.tryAcquire(name, LONG).isPresent(),
          "LOCK-8",
          "'%s' is free but was refused while these are held: %s"
              .formatted(name, names.subList(0, i - 1)),
          "how the store's key is made from LockName: letter case, length, punctuation, hashing");
    }
  }

  private static LockName infrastructure(String namespace) {
    return LockName.infrastructure(new Namespace(namespace));
  }

  static LockName freshLock() {
    return LockName.infrastructure(freshNamespace());
  }

  /** Gets a lock that must be free. */
  static Lease acquire(String rule, LockProvider locks, LockName name, Duration ttl) {
    return locks
        .tryAcquire(name, ttl)
        .orElseThrow(
            () ->
                broken(
                    rule,
                    "'" + name + "' is free but tryAcquire returned empty",
                    "what the store holds under that name"
                        + locks
                            .holder(name)
                            .map(h -> "; its holder is said to be " + h)
                            .orElse("")));
  }

  /** Gets a lock that must become free within a time. */
  static Lease acquireInTime(String rule, LockProvider locks, LockName name, Duration patience) {
    return poll(locks, name, patience)
        .orElseThrow(
            () ->
                broken(
                    rule,
                    "nobody holds '%s' any more, but no attempt got it for %s"
                        .formatted(name, seconds(patience)),
                    "what frees the lock of a holder that is gone: the ttl, or the store's notice of"
                        + " a lost client; and what an interrupted attempt leaves in the store"));
  }

  static Optional<Lease> poll(LockProvider locks, LockName name, Duration patience) {
    List<Lease> got = new ArrayList<>();
    within(patience, () -> locks.tryAcquire(name, LONG).map(got::add).orElse(false));
    return got.stream().findFirst();
  }

  private static void requireRefused(LockProvider locks, LockName name, Lease held, String who) {
    rule(
        locks.tryAcquire(name, LONG).isEmpty(),
        "LOCK-1",
        "%s got '%s' while it is held with token %d and a ttl of %s"
            .formatted(who, name, held.token(), seconds(LONG)),
        "how tryAcquire decides that the lock is free");
  }

  private static long requireHigher(Lease lease, long last, String when) {
    rule(
        lease.token() > last,
        "LOCK-2",
        "the token %s is %d, but %d was given before".formatted(when, lease.token(), last),
        "where tokens come from: a counter must outlive the lock, its holder and the store's data");
    return lease.token();
  }
}
