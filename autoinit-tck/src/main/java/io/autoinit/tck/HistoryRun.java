package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.LockName;
import io.autoinit.tck.history.History;
import io.autoinit.tck.history.HistoryChecker;
import io.autoinit.tck.history.HistoryEvent.Gone;
import io.autoinit.tck.history.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A bounded time in which threads of three clients, and of two processes where there can be some,
 * get and hold the same few locks, while threads are interrupted, clients ended, processes frozen
 * and killed. What is chosen, and when, comes from a seed; the interleaving does not.
 */
final class HistoryRun {

  private static final int CLIENTS = 3;
  private static final int THREADS = 2;

  private static final int ENOUGH = 20;
  private static final int ENOUGH_OF_CHILDREN = 6;

  /** A slow machine has so many times the length to get that far. */
  private static final int LONGEST = 20;

  /** How long a request to the store may be under way when the time is over. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final long seed;
  private final Random random;
  private final Random interrupts;
  private final Supplier<Backend> opener;
  private final Optional<Consumer<Backend>> abandon;
  private final HistoryDesk desk = new HistoryDesk();
  private final HistoryPlan plan = new HistoryPlan();
  private final HistoryChildren children = new HistoryChildren(desk, plan);
  private final List<LockName> locks;
  private final List<Slot> clients = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private final List<Throwable> thrown = new ArrayList<>();
  private List<Violation> violations = List.of();
  private int opened;
  private volatile boolean over;

  /** A client of this process. */
  private record Client(String name, Backend backend, AtomicBoolean gone) {}

  /** The place of a client; when it ends, another takes it. */
  private static final class Slot {
    private volatile Client client;

    Slot(Client client) {
      this.client = client;
    }
  }

  private HistoryRun(long seed, Supplier<Backend> opener, Optional<Consumer<Backend>> abandon) {
    this.seed = seed;
    this.random = new Random(seed);
    // Apart, since how many there are depends on the machine.
    this.interrupts = new Random(seed);
    this.opener = opener;
    this.abandon = abandon;
    Namespace namespace = Kit.freshNamespace();
    this.locks =
        List.of(
            LockName.infrastructure(namespace),
            LockName.infrastructure(Kit.freshNamespace()),
            LockName.node(namespace, Kit.freshNode()));
  }

  /**
   * Plays a history.
   *
   * @param opener of one more client
   * @param child starts a process, or throws why there is none
   */
  static HistoryRun play(
      long seed,
      Duration length,
      Supplier<Backend> opener,
      Optional<Consumer<Backend>> abandon,
      Supplier<ChildProcess> child) {
    var run = new HistoryRun(seed, opener, abandon);
    try {
      run.openClients();
      run.children.start(child);
      run.play(length);
      run.violations = HistoryChecker.check(run.desk.history());
      return run;
    } finally {
      run.close();
    }
  }

  HistoryChildren children() {
    return children;
  }

  History history() {
    return desk.history();
  }

  long seed() {
    return seed;
  }

  /** What is wrong, with a part of child processes in it or without. */
  List<Violation> violations(String rule, boolean ofChildren) {
    return violations.stream()
        .filter(violation -> violation.rule().equals(rule))
        .filter(
            violation ->
                ofChildren
                    == violation.clients().stream()
                        .anyMatch(c -> c.startsWith(HistoryChildren.NAME)))
        .toList();
  }

  /** How many leases there were to judge. */
  long leases(boolean ofChildren) {
    return desk.leases(client -> client.startsWith(HistoryChildren.NAME) == ofChildren);
  }

  /** Whether there were so many leases that something can be concluded. */
  boolean enough(boolean ofChildren) {
    return leases(ofChildren) >= (ofChildren ? ENOUGH_OF_CHILDREN : ENOUGH);
  }

  private boolean enough() {
    return enough(false) && (enough(true) || !children.present());
  }

  private void openClients() {
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Slot(open()));
    }
  }

  private Client open() {
    return new Client("client-" + ++opened, opener.get(), new AtomicBoolean());
  }

  private void play(Duration length) {
    plan.begin(length, random);
    children.takePart(locks);
    startWorkers();
    planClients();
    while (!plan.passed(1) || (!enough() && !plan.passed(LONGEST))) {
      plan.doWhatIsDue();
      workers.get(interrupts.nextInt(workers.size())).interrupt();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    over = true;
    children.end();
    awaitWorkers();
  }

  private void startWorkers() {
    for (Slot slot : clients) {
      for (int i = 1; i <= THREADS; i++) {
        Supplier<HistoryWorker.Client> now =
            () -> {
              Client client = slot.client;
              return new HistoryWorker.Client(
                  client.name(), client.backend().locks().orElseThrow(), client.gone()::get);
            };
        var worker =
            new HistoryWorker(
                now, "t" + i, HistoryWorker.BRISK, locks, desk, random.nextLong(), () -> over);
        var thread = new Thread(worker, "tck-history-" + (workers.size() + 1));
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
            (t, e) -> {
              synchronized (thrown) {
                thrown.add(e);
              }
            });
        workers.add(thread);
      }
    }
    workers.forEach(Thread::start);
  }

  // Misfortunes, at parts of the whole time.

  private void planClients() {
    plan.at(0.2, 0.5, () -> replace(clients.get(0), Gone.How.CLOSED, Backend::close));
    plan.at(0.6, 0.8, () -> replace(clients.get(0), Gone.How.CLOSED, Backend::close));
    abandon.ifPresent(
        fault -> {
          plan.at(0.2, 0.4, () -> replace(clients.get(1), Gone.How.ABANDONED, fault));
          plan.at(0.4, 0.7, () -> replace(clients.get(2), Gone.How.ABANDONED, fault));
        });
  }

  private void replace(Slot slot, Gone.How how, Consumer<Backend> fault) {
    Client ending = slot.client;
    slot.client = open();
    ending.gone().set(true);
    desk.bar(ending.name(), how);
    fault.accept(ending.backend());
  }

  private void awaitWorkers() {
    try {
      for (Thread worker : workers) {
        TimeUnit.SECONDS.timedJoin(worker, PATIENCE.toSeconds());
        if (worker.isAlive()) {
          throw new AssertionError(
              "an operation of the locks did not return in %s: %s"
                  .formatted(Kit.seconds(PATIENCE), List.of(worker.getStackTrace())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
    boolean unused = desk.drained(PATIENCE);
    synchronized (thrown) {
      if (!thrown.isEmpty()) {
        throw new AssertionError("a worker of the history ended with an error", thrown.get(0));
      }
    }
  }

  private void close() {
    children.close();
    desk.close();
    clients.forEach(slot -> slot.client.backend().close());
  }
}
