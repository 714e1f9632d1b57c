package io.autoinit.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time with one runner at a time: a seed decides who goes next, and time passes only when
 * nobody can go. Whoever waits looks itself for the one to go next and hands the turn over.
 */
final class Machine {

  /** Hears of what the machine alone sees. */
  interface Watcher {
    void timePasses(long from, long to);

    void broken(String why);
  }

  private static final int BUSIEST_MOMENT = 20_000;

  private final Crew crew;
  private final SplittableRandom random;
  private final long horizon;
  private final Watcher watcher;
  private final List<Work> works = new ArrayList<>();
  private final List<Work> able = new ArrayList<>();
  private final PriorityQueue<Timed> plan =
      new PriorityQueue<>(Comparator.comparingLong(Timed::moment).thenComparingLong(Timed::number));
  private long now;
  private long planned;
  private int turns;
  private boolean over;
  private @Nullable Work current;

  private record Timed(long moment, long number, Runnable what) {}

  Machine(Crew crew, long seed, long horizon, Watcher watcher) {
    this.crew = crew;
    this.random = new SplittableRandom(seed);
    this.horizon = horizon;
    this.watcher = watcher;
  }

  Crew crew() {
    return crew;
  }

  long now() {
    return now;
  }

  SplittableRandom random() {
    return random;
  }

  /** Something that happens at a moment, outside of all processes. */
  void at(long moment, Runnable what) {
    if (!over) {
      plan.add(new Timed(moment, planned++, what));
    }
  }

  /** Lets a process begin. */
  void begin(Life life, Runnable body) {
    start(life, Work.MAIN, body);
  }

  Work start(Life life, String name, Runnable body) {
    Work work = new Work(this, life, name, body);
    works.add(work);
    return work;
  }

  void current(Work work) {
    current = work;
  }

  /** The work that has the turn. */
  Work working() {
    Work work = current;
    if (work == null) {
      throw new IllegalStateException("waiting outside of the simulation");
    }
    return work;
  }

  /** Sends an interrupt to the first thread of a process, as its shutdown hook would. */
  void terminate(Life life) {
    works.stream().filter(w -> w.life() == life && w.isMain()).forEach(Work::interrupt);
  }

  /** Whether any thread of a process has still something to do. */
  boolean works(Life life) {
    return works.stream().anyMatch(w -> w.life() == life && !w.done());
  }

  /** Ends the simulation where it is. */
  void abort() {
    over = true;
    plan.clear();
    works.forEach(w -> w.life().die());
  }

  /** Runs until nothing is left to do. */
  void run() {
    Work first = next();
    if (first != null) {
      crew.run(first);
    }
  }

  /** A work waits: others go until it is its turn again. */
  void handBack(Work me) {
    me.keepInterrupt();
    Work next = next();
    if (next == null) {
      watcher.broken("nobody can ever go on, and " + me + " is not done");
      abort();
      next = next();
    }
    if (next != me && next != null) {
      next.resume();
      me.awaitTurn();
    }
    current = me;
    me.takeInterrupt();
    me.life().requireAlive();
  }

  @Nullable Work afterEndOf(Work work) {
    works.remove(work);
    return next();
  }

  void brokeDown(Work work, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    watcher.broken(
        "%s broke down: %s%s".formatted(work, thrown, trace.length > 0 ? " at " + trace[0] : ""));
    abort();
  }

  private @Nullable Work next() {
    while (true) {
      runPlan();
      Work dying = dying();
      if (dying != null) {
        return dying;
      }
      if (turns++ > BUSIEST_MOMENT && !over) {
        watcher.broken("there is no end of work at one moment");
        abort();
        continue;
      }
      Work chosen = anyAble();
      if (chosen != null) {
        return chosen;
      }
      long next = nextMoment();
      if (next == Long.MAX_VALUE) {
        return null;
      }
      pass(next);
    }
  }

  private void runPlan() {
    while (!plan.isEmpty() && plan.peek().moment() <= now) {
      plan.remove().what().run();
    }
  }

  /** The threads of the dead go home before anything else. */
  private @Nullable Work dying() {
    for (int i = works.size() - 1; i >= 0; i--) {
      Work work = works.get(i);
      if (work.life().dead()) {
        if (work.began()) {
          return work;
        }
        works.remove(i);
      }
    }
    return null;
  }

  private @Nullable Work anyAble() {
    able.clear();
    for (int i = 0; i < works.size(); i++) {
      if (works.get(i).able(now)) {
        able.add(works.get(i));
      }
    }
    return able.isEmpty() ? null : able.get(able.size() == 1 ? 0 : random.nextInt(able.size()));
  }

  private long nextMoment() {
    Timed first = plan.peek();
    long next = first == null ? Long.MAX_VALUE : first.moment();
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      if (!work.life().paused() && work.wakeAt() < next) {
        next = work.wakeAt();
      }
    }
    return next;
  }

  private void pass(long next) {
    watcher.timePasses(now, next);
    if (next > horizon && !over) {
      watcher.broken("there is no end: " + works);
      abort();
      return;
    }
    turns = 0;
    now = next;
  }
}
