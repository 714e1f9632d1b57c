package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rule BACKEND-2. */
abstract class ClosingRules extends BackendRules {

  /** Threads that libraries and the JVM share among all their users. */
  private static final Set<String> SHARED =
      Set.of(
          "ForkJoinPool.commonPool-worker", "process reaper", "Common-Cleaner", "junit-", "tck-");

  /** Closing a backend gives its locks back. */
  @Test
  @DisplayName("BACKEND-2 close releases the backend's leases")
  public final void closeReleasesLeases() {
    Backend closing = client();
    LockProvider locks = locks(closing);
    LockName name = freshLock();
    Lease lease = acquire("BACKEND-2", locks, name, LONG);
    closing.close();
    LockProvider other = locks(client());
    try (Lease next = acquireInTime("BACKEND-2", other, name, SHORT)) {
      lease.close();
      rule(
          next.renew(),
          "BACKEND-2",
          "closing a lease after its backend was closed took the lock from its new holder",
          "what Lease.close does on a closed backend: nothing");
    }
  }

  /** Closing twice is closing once; a closed backend says so. */
  @Test
  @DisplayName("BACKEND-2 close is idempotent, and later operations throw IllegalStateException")
  public final void closedIsClosed() {
    Backend backend = client();
    RunKey run = freshRun();
    Optional<Watch> watch = backend.readiness().map(r -> r.watch(run, hint -> {}));
    backend.close();
    backend.close();
    watch.ifPresent(Watch::close);
    Map<String, Runnable> operations = new LinkedHashMap<>();
    backend
        .locks()
        .ifPresent(l -> operations.put("tryAcquire", () -> l.tryAcquire(freshLock(), LONG)));
    backend
        .readiness()
        .ifPresent(
            r -> {
              operations.put("readiness.find", () -> r.find(run));
              operations.put("poll", () -> r.poll(run));
              operations.put("publish", () -> r.publish(ready(run, 1)));
              operations.put("claim", () -> r.claim(Claim.of(run, "candidate", Optional.empty())));
              operations.put("clear", () -> r.clear(run));
              operations.put("watch", () -> r.watch(run, hint -> {}));
            });
    backend
        .markers()
        .ifPresent(
            m -> {
              operations.put("markers.find", () -> m.find(freshKey()));
              operations.put("put", () -> m.put(sized(freshKey(), 1)));
              operations.put("remove", () -> m.remove(freshKey()));
            });
    operations.forEach(ClosingRules::requireClosed);
  }

  private static void requireClosed(String operation, Runnable call) {
    String ended = "returned";
    try {
      call.run();
    } catch (IllegalStateException e) {
      return;
    } catch (RuntimeException e) {
      ended = "threw " + e;
    }
    throw broken(
        "BACKEND-2",
        "%s on a closed backend %s".formatted(operation, ended),
        "whether each operation asks first if the backend is closed, and says so with"
            + " IllegalStateException");
  }

  /** What a backend started, it ends. */
  @Test
  @DisplayName("BACKEND-2 close leaves no thread behind")
  public final void closeLeavesNoThread() {
    use(client()).close();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 3; i++) {
      use(client()).close();
    }
    within(PATIENCE, () -> threadsBeside(before).isEmpty());
    List<Thread> left = threadsBeside(before);
    rule(
        left.isEmpty(),
        "BACKEND-2",
        "after close() of 3 clients these threads still run: " + described(left),
        "what close shuts down: pools, timers, subscriptions, the client library itself");
  }

  private List<Thread> threadsBeside(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .filter(thread -> SHARED.stream().noneMatch(thread.getName()::startsWith))
        .filter(thread -> !startedByTheStore(thread))
        .toList();
  }

  private static String described(List<Thread> threads) {
    return threads.stream()
        .map(
            thread ->
                thread.getName()
                    + Stream.of(thread.getStackTrace())
                        .findFirst()
                        .map(top -> " (in " + top + ")")
                        .orElse(""))
        .collect(Collectors.joining(", "));
  }

  /** A shutdown comes when it comes: also while other threads are at it. */
  @Test
  @DisplayName("BACKEND-2 close ends what other threads are doing, and leaves no ghost")
  public final void closeMeetsOperations() {
    LockProvider next = locks(client());
    for (int round = 0; round < 5; round++) {
      Backend closing = client();
      LockProvider locks = locks(closing);
      var done = new AtomicInteger();
      List<Queue<LockName>> last = new ArrayList<>();
      List<Worker<Boolean>> busy = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Queue<LockName> names = new ConcurrentLinkedQueue<>();
        last.add(names);
        busy.add(untilClosed(() -> attempt(locks, names), done));
      }
      closing.readiness().ifPresent(r -> busy.add(untilClosed(() -> r.find(freshRun()), done)));
      within(PATIENCE, () -> done.get() >= 12);
      closing.close();
      busy.forEach(ClosingRules::requireEnded);
      last.stream()
          .flatMap(Queue::stream)
          .forEach(name -> acquireInTime("BACKEND-2", next, name, PATIENCE).close());
    }
  }

  /** Tries a lock that nobody else wants, and gives it back. */
  private static void attempt(LockProvider locks, Queue<LockName> lastTwo) {
    LockName name = freshLock();
    lastTwo.add(name);
    if (lastTwo.size() > 2) {
      lastTwo.remove();
    }
    locks.tryAcquire(name, LONG).ifPresent(Lease::close);
  }

  /** Does something again and again until a close ends it. */
  static Worker<Boolean> untilClosed(Runnable operation, AtomicInteger done) {
    return Worker.start(
        () -> {
          while (true) {
            try {
              operation.run();
              done.incrementAndGet();
            } catch (IllegalStateException | BackendException e) {
              return true;
            }
          }
        });
  }

  static void requireEnded(Worker<Boolean> worker) {
    Optional<Boolean> ended;
    try {
      ended = worker.result(PATIENCE);
    } catch (RuntimeException e) {
      throw broken(
          "BACKEND-2",
          "an operation that was under way on another thread at close() threw " + e,
          "what becomes of errors of the client library once it is closed");
    }
    rule(
        ended.isPresent(),
        "BACKEND-2",
        "an operation on another thread had not ended %s after close()"
            .formatted(seconds(PATIENCE)),
        "whether close ends what waits: for an answer, for a free connection, for a subscription");
  }
}
