package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules LOCK-4 to LOCK-7 and LOCK-9 to LOCK-11, within one process. */
abstract class LeaseRules extends LockRules {

  /** How often a machine may stall while LOCK-9 is looked at. */
  private static final int STALLS = 3;

  /** An interrupted attempt ends as a lease in hand or as nothing. */
  @Test
  @DisplayName("LOCK-4 an interrupt in tryAcquire leaves no ghost")
  public final void noGhostAfterAnInterrupt() {
    LockProvider interrupted = locks(client());
    LockProvider other = locks(client());
    List<LockName> names = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      LockName name = freshLock();
      names.add(name);
      boolean before = round == 0;
      Worker<Boolean> attempt = Worker.start(() -> attempt(interrupted, name, before));
      LockSupport.parkNanos(before ? 0 : ThreadLocalRandom.current().nextLong(3_000_000));
      attempt.interrupt();
      attempt.result();
    }
    for (LockName name : names) {
      acquireInTime("LOCK-4", other, name, SHORT.plus(PATIENCE)).close();
    }
  }

  /** Tries, and closes what it got. Interrupts end in whatever the backend makes of them. */
  private static boolean attempt(LockProvider locks, LockName name, boolean interruptedBefore) {
    if (interruptedBefore) {
      Thread.currentThread().interrupt();
    }
    Optional<Lease> lease;
    try {
      lease = locks.tryAcquire(name, SHORT);
    } catch (BackendException e) {
      return false;
    } finally {
      Thread.interrupted();
    }
    lease.ifPresent(Lease::close);
    return lease.isPresent();
  }

  /** A holder that vanishes without a word does not keep the lock. */
  @Test
  @DisplayName("LOCK-5 the store drops a dead holder by itself")
  public final void dropsADeadHolder() {
    Backend dying = client();
    LockProvider locks = locks(dying);
    var abandon = offeredFault(possibleFaults().abandon(), "abandon");
    LockProvider heir = locks(client());
    LockName name = freshLock();
    acquire("LOCK-5", locks, name, SHORT);
    abandon.accept(dying);
    acquireInTime("LOCK-5", heir, name, SHORT.plus(PATIENCE)).close();
  }

  /** A lease that was given back is never held again. */
  @Test
  @DisplayName("LOCK-6 renew returns false for ever after the lease was closed")
  public final void aClosedLeaseStaysLost() {
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    LockName name = freshLock();
    Lease old = acquire("LOCK-6", first, name, LONG);
    rule(
        old.renew(),
        "LOCK-6",
        "renew of a lease that is held returned false",
        "how renew recognises its own lease in the store");
    old.close();
    requireLost(old, name, "after it was closed");
    Lease next = acquire("LOCK-6", second, name, LONG);
    requireLost(old, name, "while another client holds the lock");
    rule(
        next.renew(),
        "LOCK-6",
        "the renew of a lost lease took '" + name + "' from its present holder",
        "whether renew checks that the lock is still this very lease's");
    next.close();
    requireLost(old, name, "after its successor gave the lock back");
    Lease again = acquire("LOCK-6", first, name, LONG);
    requireLost(old, name, "while a newer lease of its own client holds the lock");
    again.close();
  }

  /** A lease that another has taken over is lost, and stays so when the lock is free again. */
  @Test
  @DisplayName("LOCK-6 renew returns false for ever after the lease ran out")
  public final void anExpiredLeaseStaysLost() {
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    LockName name = freshLock();
    Duration ttl = Duration.ofSeconds(1);
    Lease old = acquire("LOCK-6", first, name, ttl);
    Optional<Lease> taken = poll(second, name, ttl.plusSeconds(3));
    appliesIf(
        taken.isPresent(),
        "the store keeps the lease of a live client that does not renew, so it cannot run out here");
    requireLost(old, name, "after its ttl had passed and another client had taken the lock");
    taken.orElseThrow().close();
    requireLost(old, name, "after its ttl had passed, although the lock is free again");
    Lease again = acquireInTime("LOCK-6", first, name, PATIENCE);
    requireLost(old, name, "after its ttl had passed, although its client holds a newer lease");
    again.close();
  }

  /** The store takes the lock away: the holder learns it at the next renewal. */
  @Test
  @DisplayName("LOCK-6 renew returns false for ever after the store took the lease away")
  public final void aRevokedLeaseStaysLost() {
    LockProvider first = locks(client());
    var revoke = offeredFault(possibleFaults().revoke(), "revoke");
    LockName name = freshLock();
    Lease old = acquire("LOCK-6", first, name, LONG);
    revoke.accept(name);
    requireLost(old, name, "after the store took it away");
    acquireInTime("LOCK-6", locks(client()), name, PATIENCE).close();
    requireLost(old, name, "after another client had the lock and gave it back");
  }

  /** Any thread may close, as often as it likes; only its own lease ends. */
  @Test
  @DisplayName("LOCK-7 close releases only its own lease, from any thread, idempotently")
  public final void closeReleasesOnlyItsOwn() {
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    LockName name = freshLock();
    Lease old = acquire("LOCK-7", first, name, LONG);
    Worker.elsewhere(
        () -> {
          old.close();
          return true;
        });
    Lease next =
        second
            .tryAcquire(name, LONG)
            .orElseThrow(
                () ->
                    broken(
                        "LOCK-7",
                        "after close() on another thread than the acquiring one, the next attempt"
                            + " did not get '"
                            + name
                            + "'",
                        "whether close depends on the thread, and whether it returns before the"
                            + " store has released"));
    old.close();
    rule(
        next.renew() && locks(client()).tryAcquire(name, LONG).isEmpty(),
        "LOCK-7",
        "a second close() of an old lease released '" + name + "' from under its new holder",
        "whether the release compares the lease (its token or id) in the same step of the store");
    next.close();
    next.close();
    Lease again = acquire("LOCK-7", first, name, LONG);
    old.close();
    rule(
        again.renew(),
        "LOCK-7",
        "close() of an old lease released '" + name + "', which a newer lease of its client held",
        "whether the release compares the lease, or only the client");
    again.close();
  }

  /** A leader that works for longer than one ttl keeps its lock by renewing in time. */
  @Test
  @DisplayName("LOCK-9 a holder that renews in time keeps its lease beyond the first ttl")
  public final void renewExtends() {
    LockProvider holder = locks(client());
    LockProvider other = locks(client());
    for (int i = 0; i < STALLS; i++) {
      if (keptByRenewals(holder, other, freshLock())) {
        return;
      }
    }
    throw skip("this machine stalled for so long that no renewal was in time");
  }

  /** Whether all renewals were in time, so that the rule was tested. */
  private static boolean keptByRenewals(LockProvider holder, LockProvider other, LockName name) {
    long begun = System.nanoTime();
    try (Lease lease = acquire("LOCK-9", holder, name, SHORT)) {
      long last = begun;
      while (System.nanoTime() - begun < SHORT.toNanos() * 13 / 10) {
        pause(SHORT.multipliedBy(11).dividedBy(20));
        boolean taken = other.tryAcquire(name, LONG).isPresent();
        long sent = System.nanoTime();
        boolean renewed = lease.renew();
        if (System.nanoTime() - last >= SHORT.toNanos() * 98 / 100) {
          return false;
        }
        rule(
            renewed && !taken,
            "LOCK-9",
            "%s after it was acquired with a ttl of %s and renewed all the time, %s"
                .formatted(
                    seconds(Duration.ofNanos(System.nanoTime() - begun)),
                    seconds(SHORT),
                    renewed
                        ? "another client got '" + name + "'"
                        : "renew of '" + name + "' returned false"),
            "whether renew counts another whole ttl from now, in the store, in the right unit");
        last = sent;
      }
    }
    return true;
  }

  /** Who frees a lock by hand hits the holder that was looked at, and nobody who came since. */
  @Test
  @DisplayName("LOCK-10 a holder that the lock is taken from has lost it, and no other holder has")
  public final void revokes() {
    LockProvider first = locks(client());
    LockProvider second = locks(client());
    LockName name = freshLock();
    Lease old = acquire("LOCK-10", first, name, LONG);
    String stuck =
        second
            .holder(name)
            .orElseThrow(() -> skip("the store does not tell who holds a lock, so none is named"));
    requireKept(old, second.revoke(name, stuck + "x"), "its holder", "another");
    if (!second.revoke(name, stuck)) {
      requireNotLostInSilence(old, name);
      throw skip("the store takes no lock from a holder that lives");
    }
    rule(
        second.mayRevoke(),
        "LOCK-10",
        "revoke took '%s', but mayRevoke says that it takes no lock".formatted(name),
        "mayRevoke: nobody is told to try what it denies");
    requireRevoked(old, "and nobody else has got the lock yet");
    Lease next = acquire("LOCK-10", second, name, LONG);
    rule(
        next.token() > old.token(),
        "LOCK-10",
        "the token after a revoke is %d, but %d was given before"
            .formatted(next.token(), old.token()),
        "whether revoke takes away the counter together with the lock");
    requireKept(next, first.revoke(name, stuck), "the next holder", "the last one");
    requireRevoked(old, "and another holds it now");
  }

  /** As if one came after the other: the first takes the lock, the others find it taken. */
  @Test
  @DisplayName(
      "LOCK-10 of many who take a lock from one holder one does, and the next holder keeps it")
  public final void revokesInARace() {
    LockProvider first = locks(client());
    List<LockProvider> others = List.of(locks(client()), locks(client()), locks(client()));
    for (int round = 0; round < 10; round++) {
      LockName name = freshLock();
      Lease old = acquire("LOCK-10", first, name, LONG);
      String stuck =
          others
              .get(0)
              .holder(name)
              .orElseThrow(
                  () -> skip("the store does not tell who holds a lock, so none is named"));
      Race race = race(others, name, stuck, old);
      if (race.revoked() == 0 && round == 0) {
        requireNotLostInSilence(old, name);
        throw skip("the store takes no lock from a holder that lives");
      }
      race.require(name);
      requireRevoked(old, "by one of many who tried that at once");
      Lease next =
          race.won().isEmpty() ? acquire("LOCK-10", others.get(0), name, LONG) : race.won().get(0);
      requireKept(next, first.revoke(name, stuck), "the next holder", "the last one");
      next.close();
    }
  }

  /**
   * What came of it.
   *
   * @param revoked how many said that they took the lock away
   * @param won what those got who tried to acquire it meanwhile
   * @param beside whether one of them held it while the former holder did
   */
  private record Race(int revoked, List<Lease> won, boolean beside) {

    void require(LockName name) {
      rule(
          revoked == 1,
          "LOCK-10",
          "%d of those who tried at once say that they took '%s' from its holder"
              .formatted(revoked, name),
          "whether revoke compares the holder and takes the lock in one step of the store");
      rule(
          won.size() <= 1 && !beside,
          "LOCK-10",
          beside
              ? "'%s' was held by the next holder while renew of the last one said yes"
                  .formatted(name)
              : "%d clients got '%s' while it was taken from one holder"
                  .formatted(won.size(), name),
          "whether revoke takes the lock from whoever comes next, or frees it before the lease that"
              + " it ends has ended");
    }
  }

  private static Race race(List<LockProvider> clients, LockName name, String stuck, Lease old) {
    AtomicInteger busy = new AtomicInteger(2 * clients.size());
    AtomicInteger revoked = new AtomicInteger();
    AtomicBoolean beside = new AtomicBoolean();
    List<Callable<Optional<Lease>>> works = new ArrayList<>();
    for (LockProvider locks : clients) {
      for (int i = 0; i < 2; i++) {
        works.add(
            () -> {
              try {
                revoked.addAndGet(locks.revoke(name, stuck) ? 1 : 0);
              } finally {
                busy.decrementAndGet();
              }
              return Optional.empty();
            });
      }
      works.add(
          () -> {
            Optional<Lease> lease;
            boolean last;
            do {
              last = busy.get() == 0;
              lease = locks.tryAcquire(name, LONG);
            } while (lease.isEmpty() && !last);
            if (lease.isPresent() && old.renew()) {
              beside.set(true);
            }
            return lease;
          });
    }
    List<Lease> won = Worker.together(works).stream().flatMap(Optional::stream).toList();
    return new Race(revoked.get(), won, beside.get());
  }

  private static void requireNotLostInSilence(Lease lease, LockName name) {
    rule(
        lease.renew(),
        "LOCK-10",
        "revoke says that it took '" + name + "' from nobody, but its holder lost it",
        "what revoke answers");
  }

  private static void requireKept(Lease lease, boolean revoked, String holder, String named) {
    rule(
        !revoked && lease.renew(),
        "LOCK-10",
        "revoke took a lock from %s, or says so, although %s was named".formatted(holder, named),
        "whether revoke compares the holder and takes the lock in one step of the store");
  }

  private static void requireRevoked(Lease lease, String when) {
    rule(
        !lease.renew(),
        "LOCK-10",
        "renew returned true after the lock was taken away, " + when,
        "whether revoke ends the lease itself, or only what is told of it");
  }

  /** A diagnosis must not say one thing of a store that is away, and another when it is back. */
  @Test
  @DisplayName("LOCK-11 guaranteeUnasked says what guarantee says, or nothing, at any time")
  public final void theGuaranteeIsTheSameUnasked() {
    List<Optional<Guarantee>> unasked = new ArrayList<>();
    LockProvider locks = locks(client());
    unasked.add(locks.guaranteeUnasked());
    Guarantee asked = locks.guarantee();
    unasked.add(locks.guaranteeUnasked());
    acquire("LOCK-11", locks, freshLock(), LONG).close();
    unasked.add(locks.guaranteeUnasked());
    unasked.add(locks(aside()).guaranteeUnasked());
    rule(
        unasked.stream().flatMap(Optional::stream).allMatch(asked::equals),
        "LOCK-11",
        "guarantee says %s, but guaranteeUnasked %s".formatted(asked, unasked),
        "LockProvider.guaranteeUnasked, which is empty where it does not know");
    appliesIf(
        unasked.stream().anyMatch(Optional::isPresent),
        "guaranteeUnasked() tells nothing, as it may");
  }

  static void requireLost(Lease lease, LockName name, String when) {
    rule(
        !lease.renew(),
        "LOCK-6",
        "renew of a lease of '%s' returned true %s".formatted(name, when),
        "whether renew creates what it does not find, or takes any lease of the same client for its"
            + " own; loss must be remembered");
  }
}
