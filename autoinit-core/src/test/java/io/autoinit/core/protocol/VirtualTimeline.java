package io.autoinit.core.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time with one runner at a time: a seed decides who goes next, and time passes only when
 * nobody can go. What happens is the same for the same seed.
 *
 * <p>Each piece of work is a thread that holds the baton or waits for it, and hands it on until
 * nobody is left. Works belong to groups, the nodes of a fleet, which can be killed and paused.
 */
final class VirtualTimeline {

  /** Long enough for any test, so that a fleet that never ends is found. */
  private static final Duration HORIZON = Duration.ofHours(2);

  private final Random random;
  private final List<Work> works = new ArrayList<>();
  private final Semaphore returned = new Semaphore(0);
  private final List<Timed> plan = new ArrayList<>();
  private volatile @Nullable Work current;
  private volatile Duration now = Duration.ofDays(1);
  private volatile @Nullable Throwable broken;

  VirtualTimeline(long seed) {
    this.random = new Random(seed);
  }

  /** The timeline as one node of a fleet sees it. */
  Timeline node(String group) {
    return new NodeTimeline(group);
  }

  Duration now() {
    return now;
  }

  /** Something that happens at a moment, outside of all nodes. */
  void at(Duration sinceStart, Runnable what) {
    plan.add(new Timed(Duration.ofDays(1).plus(sinceStart), what));
  }

  /** Lets a node begin. */
  void start(String group, Runnable body) {
    works.add(new Work(group, group, body));
  }

  /** SIGKILL: the node's threads never go on. */
  void kill(String group) {
    for (Work work : works) {
      if (work.group.equals(group)) {
        work.dead = true;
      }
    }
  }

  /** SIGSTOP and, after a while, SIGCONT. */
  void pause(String group, Duration duration) {
    Duration until = now.plus(duration);
    for (Work work : works) {
      if (work.group.equals(group)) {
        work.pausedUntil = until;
      }
    }
  }

  /** Stops the node whose thread runs, as soon as it waits or comes to a store; which one it is. */
  String pauseCurrent(Duration duration) {
    String group = Objects.requireNonNull(current).group;
    pause(group, duration);
    return group;
  }

  /** Sends an interrupt to the node's first thread, as its shutdown hook would. */
  void terminate(String group) {
    works.stream().filter(w -> w.group.equals(group)).findFirst().ifPresent(Work::interrupt);
  }

  /** A point at which another may go: backends call it at each operation. */
  void point() {
    Work work = current;
    if (work != null && Thread.currentThread() == work.thread) {
      work.handBack();
    }
  }

  /** Runs everything to its end. */
  void run() {
    passOn(null);
    returned.acquireUninterruptibly();
    Throwable thrown = broken;
    if (thrown != null) {
      broken = null;
      throw new AssertionError(thrown.getMessage(), thrown);
    }
  }

  /**
   * Lets the next one go, or {@link #run} when there is none. Each work does so for itself: by way
   * of one thread that hands the baton out, every turn would cost twice as much.
   *
   * @return whether it is the turn of who asks
   */
  private boolean passOn(@Nullable Work asking) {
    current = null;
    Work next = null;
    try {
      next = next();
    } catch (RuntimeException | Error e) {
      broken = e;
    }
    current = next;
    if (next == null) {
      returned.release();
    } else if (next != asking) {
      next.go();
    }
    return next != null && next == asking;
  }

  private @Nullable Work next() {
    while (true) {
      runPlan();
      List<Work> able = works.stream().filter(Work::isAble).toList();
      if (!able.isEmpty()) {
        return able.get(random.nextInt(able.size()));
      }
      Duration next = nextMoment();
      if (next == null) {
        return null;
      }
      if (next.minus(Duration.ofDays(1)).compareTo(HORIZON) > 0) {
        throw new AssertionError("the fleet does not come to an end: " + works);
      }
      now = next;
    }
  }

  private void runPlan() {
    for (Timed timed : List.copyOf(plan)) {
      if (timed.moment.compareTo(now) <= 0) {
        plan.remove(timed);
        timed.what.run();
      }
    }
  }

  private @Nullable Duration nextMoment() {
    Duration next = null;
    for (Work work : works) {
      Duration moment = work.nextMoment();
      if (moment != null && (next == null || moment.compareTo(next) < 0)) {
        next = moment;
      }
    }
    if (next == null) {
      return null;
    }
    for (Timed timed : plan) {
      if (timed.moment.compareTo(next) < 0) {
        next = timed.moment;
      }
    }
    return next.compareTo(now) < 0 ? now : next;
  }

  private record Timed(Duration moment, Runnable what) {}

  private final class Work implements Timeline.Task {

    private final String group;
    private final Thread thread;
    private final Semaphore baton = new Semaphore(0);
    private boolean started;
    private volatile boolean done;
    private boolean dead;
    private Duration pausedUntil = Duration.ZERO;
    private volatile @Nullable Duration wakeAt;
    private volatile @Nullable VirtualSignal awaited;

    Work(String group, String name, Runnable body) {
      this.group = group;
      this.thread =
          new Thread(
              () -> {
                baton.acquireUninterruptibly();
                try {
                  body.run();
                } finally {
                  done = true;
                  passOn(null);
                }
              },
              name);
      thread.setDaemon(true);
    }

    boolean isAble() {
      if (done || dead || pausedUntil.compareTo(now) > 0) {
        return false;
      }
      Duration wake = wakeAt;
      VirtualSignal signal = awaited;
      return wake == null
          || wake.compareTo(now) <= 0
          || (signal != null && signal.raised)
          || thread.isInterrupted();
    }

    @Nullable Duration nextMoment() {
      if (done || dead) {
        return null;
      }
      Duration wake = wakeAt == null || isRung() ? now : wakeAt;
      return wake.compareTo(pausedUntil) < 0 ? pausedUntil : wake;
    }

    private boolean isRung() {
      VirtualSignal signal = awaited;
      return (signal != null && signal.raised) || thread.isInterrupted();
    }

    void go() {
      if (!started) {
        started = true;
        thread.start();
      }
      baton.release();
    }

    void handBack() {
      if (!passOn(this)) {
        baton.acquireUninterruptibly();
      }
    }

    @Override
    public void interrupt() {
      if (started) {
        thread.interrupt();
      }
    }

    @Override
    public boolean join(Duration atMost) throws InterruptedException {
      Duration end = now.plus(atMost);
      while (!done && now.compareTo(end) < 0) {
        new VirtualSignal().await(Duration.ofMillis(5));
      }
      return done;
    }

    @Override
    public String toString() {
      return "%s/%s %s"
          .formatted(group, thread.getName(), done ? "done" : dead ? "dead" : "at " + wakeAt);
    }
  }

  private final class VirtualSignal implements Timeline.Signal {

    private volatile boolean raised;

    @Override
    public void raise() {
      raised = true;
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
      Work me = current;
      if (me == null) {
        throw new IllegalStateException("waiting outside of the timeline");
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      me.awaited = this;
      me.wakeAt = now.plus(atMost.isNegative() ? Duration.ZERO : atMost);
      me.handBack();
      me.wakeAt = null;
      me.awaited = null;
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      boolean rang = raised;
      raised = false;
      return rang;
    }
  }

  private final class NodeTimeline implements Timeline {

    private final String group;

    NodeTimeline(String group) {
      this.group = group;
    }

    @Override
    public Duration now() {
      return now;
    }

    @Override
    public Signal signal() {
      return new VirtualSignal();
    }

    @Override
    public Task start(String name, Runnable body) {
      Work work = new Work(group, name, body);
      works.add(work);
      return work;
    }

    @Override
    public Duration random(Duration bound) {
      return bound.isZero()
          ? bound
          : Duration.ofNanos((long) (random.nextDouble() * bound.toNanos()));
    }
  }
}
