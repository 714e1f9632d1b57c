package io.autoinit.tck;

import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules that need a second process: one to be killed, and one to be frozen. */
abstract class ProcessRules extends NetworkRules {

  private static final String ONE_PROCESS =
      "whether the lock lives in the store, or only in the memory of one process; if no other"
          + " process can reach the store, let the test class say so: whyNoOtherProcess()";

  abstract Optional<String> reasonAgainstProcesses();

  /** Processes exclude each other as threads do. */
  @Test
  @DisplayName("LOCK-1 one lease per name, across processes")
  public final void oneLeaseAcrossProcesses() {
    LockProvider here = locks(client());
    try (ChildProcess child = child()) {
      LockName theirs = freshLock();
      LockName ours = freshLock();
      requireAcquired("LOCK-1", child, theirs, LONG);
      rule(
          here.tryAcquire(theirs, LONG).isEmpty(),
          "LOCK-1",
          "this process got '" + theirs + "' while a child process holds it",
          ONE_PROCESS);
      acquire("LOCK-1", here, ours, LONG);
      rule(
          child.acquire(ours, LONG) == 0,
          "LOCK-1",
          "a child process got '" + ours + "' while this process holds it",
          ONE_PROCESS);
    }
  }

  /** A process that is killed while it gets and gives back a lock leaves it free. */
  @Test
  @DisplayName("LOCK-4 a SIGKILL at any point leaves no ghost")
  public final void noGhostAfterAKill() {
    LockProvider here = locks(client());
    for (int round = 0; round < 2; round++) {
      LockName name = freshLock();
      try (ChildProcess child = child()) {
        child.churn(name);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000));
        child.kill();
      }
      acquireInTime("LOCK-4", here, name, SHORT.plus(PATIENCE)).close();
    }
  }

  /** A holder that is killed does not keep the lock. */
  @Test
  @DisplayName("LOCK-5 the lock of a killed process is free within the ttl")
  public final void aKilledHolderIsDropped() {
    LockProvider here = locks(client());
    LockName name = freshLock();
    long token;
    try (ChildProcess child = child()) {
      token = requireAcquired("LOCK-5", child, name, SHORT);
      child.kill();
    }
    try (Lease lease = acquireInTime("LOCK-5", here, name, SHORT.plus(PATIENCE))) {
      rule(
          lease.token() > token,
          "LOCK-2",
          "the token after a killed holder is %d, but it had %d".formatted(lease.token(), token),
          "where tokens come from: a counter must outlive its holder");
    }
  }

  /** A process that slept through its ttl wakes up without the lock. */
  @Test
  @DisplayName("LOCK-6 a frozen holder that lost its lease cannot renew it when it wakes up")
  public final void theZombieLearnsOfItsLoss() {
    LockProvider here = locks(client());
    LockName name = freshLock();
    try (ChildProcess child = child()) {
      requireAcquired("LOCK-6", child, name, SHORT);
      child.freeze();
      Optional<Lease> taken = poll(here, name, SHORT.plusSeconds(3));
      child.thaw();
      appliesIf(
          taken.isPresent(),
          "the store keeps the lease of a frozen process whose connection lives on");
      rule(
          !child.renew(),
          "LOCK-6",
          "a process woke up after its lease was lost to another, and renew returned true",
          "whether renew checks in the store that the lock is still this very lease's");
      taken.orElseThrow().close();
      rule(
          !child.renew(),
          "LOCK-6",
          "a lost lease came back to life once the lock was free again",
          "whether renew creates what it does not find; loss must be remembered");
    }
  }

  /** A leader that slept through its succession does not overwrite its successor. */
  @Test
  @DisplayName("READY-2 a frozen leader that was overtaken cannot publish when it wakes up")
  public final void theZombieCannotPublish() {
    ReadinessStore here = readiness(client());
    RunKey run = freshRun();
    try (ChildProcess child = child()) {
      rule(
          child.publish(run, 5),
          "READY-1",
          "a child process could not publish a first record",
          "what publish refuses");
      child.freeze();
      requirePublished("READY-2", here, running(run, 6));
      child.thaw();
      rule(
          !child.publish(run, 5),
          "READY-2",
          "a process woke up and overwrote a record of token 6 with token 5",
          "whether the comparison of tokens happens in the store, in one step with the write");
      requireFound("READY-2", here, running(run, 6));
    }
  }

  /** A writer that is killed leaves the old marker or the new one. */
  @Test
  @DisplayName("MARK-1 a marker is whole after SIGKILL in the middle of a write")
  public final void noHalfMarkerAfterAKill() {
    MarkerStore here = markers(client());
    for (int round = 0; round < 5; round++) {
      MarkerKey key = freshKey();
      try (ChildProcess child = child()) {
        child.hammer(key);
        // From any point of a write to any other.
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(10_000_000, 60_000_000));
        child.kill();
      }
      requireWhole("MARK-1", here, key, "after its writer was killed");
      here.put(sized(key, 3));
      requireWhole("MARK-1", here, key, "after a successor of the killed writer wrote it");
    }
  }

  /** A process of its own with one more client, once the backend is known to offer the role. */
  final ChildProcess child() {
    reasonAgainstProcesses()
        .ifPresent(
            reason -> {
              throw skip(reason);
            });
    return ChildProcess.open(backendProvider().type(), clientSettings());
  }

  private static long requireAcquired(
      String rule, ChildProcess child, LockName name, Duration ttl) {
    long token = child.acquire(name, ttl);
    rule(
        token > 0,
        rule,
        "a child process did not get '" + name + "' although it is free",
        "what the store holds under that name, and whether tokens are positive");
    return token;
  }
}
