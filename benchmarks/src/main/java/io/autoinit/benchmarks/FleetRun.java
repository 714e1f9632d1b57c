package io.autoinit.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.autoinit.LeaseLostException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/** A fleet of one contender, started at once and watched until all of it serves. */
final class FleetRun {

  private static final Duration LONGEST = Duration.ofSeconds(200);

  /** Hosts have disks of their own: no more nodes at once force their markers to this one. */
  private static final int AT_ONE_DISK = 30;

  /** What came with the last node is no waiting yet, and servers count a little late. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private static final Duration SAMPLING = Duration.ofMillis(100);
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final String system;
  private final Contender contender;
  private final int nodes;
  private final Servers servers;
  private final Work work;
  private final Runnable allReleased;
  private final AtomicLongArray through;
  private final AtomicLongArray prepared;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch go = new CountDownLatch(1);
  private final Semaphore disk = new Semaphore(AT_ONE_DISK);
  private final CountDownLatch released;
  private final CountDownLatch serving;
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();

  private long postgresPeak;
  private long redisPeak;
  private long redisWaiting;
  private long zooKeeperPeak;
  private long hazelcastPeak;

  FleetRun(String system, Contender contender, int nodes, Servers servers) {
    this(system, contender, nodes, servers, () -> {}, () -> {});
  }

  /** Also tells when the work has ended, and when the last node was released. */
  FleetRun(
      String system,
      Contender contender,
      int nodes,
      Servers servers,
      Runnable workEnded,
      Runnable allReleased) {
    this.system = system;
    this.contender = contender;
    this.nodes = nodes;
    this.servers = servers;
    this.work = new Work(nodes, workEnded);
    this.allReleased = allReleased;
    this.through = new AtomicLongArray(nodes);
    this.prepared = new AtomicLongArray(nodes);
    this.released = new CountDownLatch(nodes);
    this.serving = new CountDownLatch(nodes);
  }

  Measured run(boolean warmUp) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      int number = i;
      Thread thread = new Thread(() -> node(number), "node-" + number);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    Servers.Counts before = servers.counts();
    double serversCpu = servers.cpuSeconds();
    long nodesCpu = SYSTEM.getProcessCpuTime();
    long heap = warmUp ? usedHeap() : 0;
    long begun = System.nanoTime();
    go.countDown();

    double perNode = 0;
    Servers.Counts waitingFrom = before;
    Servers.Counts waitingUntil = before;
    long waitedFrom = 0;
    long waitedUntil = 0;
    long lastCame = begun;
    while (!serving.await(SAMPLING.toMillis(), TimeUnit.MILLISECONDS)
        && System.nanoTime() - begun < LONGEST.toNanos()) {
      if (!work.allArrived()) {
        lastCame = System.nanoTime();
      }
      boolean waiting = System.nanoTime() - lastCame > SETTLING.toNanos() && work.ended() == 0;
      Servers.Counts now = servers.counts();
      postgresPeak = Math.max(postgresPeak, now.postgresConnections());
      redisPeak = Math.max(redisPeak, now.redisConnections());
      zooKeeperPeak = Math.max(zooKeeperPeak, now.zooKeeperConnections());
      hazelcastPeak = Math.max(hazelcastPeak, now.hazelcastConnections());
      if (waiting && work.ended() == 0) {
        redisWaiting = now.redisConnections();
        waitingUntil = now;
        waitedUntil = System.nanoTime();
        if (waitedFrom == 0) {
          waitingFrom = now;
          waitedFrom = waitedUntil;
        }
        if (warmUp && perNode == 0) {
          perNode = (usedHeap() - heap) / 1024.0 / nodes;
        }
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double cpu = (SYSTEM.getProcessCpuTime() - nodesCpu) / 1e9;
    double cpuOfServers = servers.cpuSeconds() - serversCpu;
    mayEnd.countDown();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(30));
      if (thread.isAlive()) {
        failures.add(thread.getName() + " did not end");
        thread.interrupt();
      }
    }
    failures.addAll(work.troubles());
    // A backend of Postgres hands in its counts when it ends.
    Servers.Counts after = checkThatNothingLeaked(before);
    double waited = (waitedUntil - waitedFrom) / 1e9;
    Servers.Total whileWaiting = waitingUntil.total().since(waitingFrom.total());
    return measured(
        after.total().since(before.total()),
        seconds,
        waited > 0.5 ? all(whileWaiting) / waited / nodes : Double.NaN,
        waited > 0.5 ? whileWaiting.postgresSessions() / waited : Double.NaN,
        cpu,
        cpuOfServers,
        perNode,
        warmUp);
  }

  private static double all(Servers.Total total) {
    return total.postgresTransactions() + total.redisRequests() + total.zooKeeperPackets();
  }

  private void node(int number) {
    try {
      go.await();
      try (Contender.Node node = contender.node(number)) {
        node.start(work);
        through.set(number, System.nanoTime());
        released.countDown();
        if (released.getCount() == 0 && told.compareAndSet(false, true)) {
          allReleased.run();
        }
        // Nobody's own work takes the processors from those who still wait for the fleet's.
        released.await();
        disk.acquire();
        try {
          node.prepare();
        } finally {
          disk.release();
        }
        prepared.set(number, System.nanoTime());
        serving.countDown();
        mayEnd.await();
      }
    } catch (Exception e) {
      String why = e instanceof LeaseLostException ? Work.STALLED : "";
      failures.add("%snode-%d: %s".formatted(why, number, e));
      work.gone();
    } finally {
      if (through.get(number) == 0) {
        released.countDown();
      }
      if (prepared.get(number) == 0) {
        serving.countDown();
      }
    }
  }

  private Servers.Counts checkThatNothingLeaked(Servers.Counts before) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Servers.Counts now = servers.counts();
    while (leaked(before, now) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(100);
      now = servers.counts();
    }
    if (leaked(before, now)) {
      failures.add("connections are left over: %s, before %s".formatted(now, before));
    }
    return now;
  }

  private static boolean leaked(Servers.Counts before, Servers.Counts now) {
    return now.postgresConnections() > before.postgresConnections()
        || now.redisConnections() > before.redisConnections()
        || now.zooKeeperConnections() > before.zooKeeperConnections()
        || now.hazelcastConnections() > before.hazelcastConnections();
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private Measured measured(
      Servers.Total requests,
      double seconds,
      double asking,
      double connecting,
      double cpu,
      double serversCpu,
      double perNode,
      boolean warmUp) {
    double[] releases = new double[nodes];
    int went = 0;
    for (int i = 0; i < nodes; i++) {
      if (through.get(i) != 0) {
        releases[went++] = (through.get(i) - work.ended()) / 1e6;
      }
    }
    double[] sorted = java.util.Arrays.copyOf(releases, went);
    java.util.Arrays.sort(sorted);
    return new Measured(
        system,
        nodes,
        warmUp,
        sorted.length == 0 ? Double.NaN : sorted[0],
        share(sorted, 0.50),
        share(sorted, 0.99),
        share(sorted, 1),
        (most(prepared) - most(through)) / 1e6,
        postgresPeak,
        redisPeak,
        redisWaiting,
        zooKeeperPeak,
        hazelcastPeak,
        requests,
        seconds,
        asking,
        connecting,
        cpu,
        serversCpu,
        perNode,
        List.copyOf(failures));
  }

  private static long most(AtomicLongArray times) {
    return java.util.stream.IntStream.range(0, times.length())
        .mapToLong(times::get)
        .max()
        .orElse(0);
  }

  private static double share(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)];
  }
}
