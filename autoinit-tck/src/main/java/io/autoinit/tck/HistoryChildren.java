package io.autoinit.tck;

import io.autoinit.spi.LockName;
import io.autoinit.tck.history.HistoryEvent;
import io.autoinit.tck.history.HistoryEvent.Gone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.opentest4j.TestAbortedException;

/** The two processes that take part in a history: one is frozen often, one is killed too. */
final class HistoryChildren {

  /** What the names of their clients begin with. */
  static final String NAME = "child-";

  /** What is frozen should hold a lease, neither just got nor about to end. */
  private static final Duration A_WHILE = Duration.ofMillis(20);

  private static final Duration LONGER = Duration.ofMillis(350);
  private static final Duration PATIENT_TO_FREEZE = Duration.ofMillis(600);

  private final HistoryDesk desk;
  private final HistoryPlan plan;
  private final List<Participant> children = new ArrayList<>();
  private Optional<RuntimeException> absent = Optional.empty();
  private Optional<Error> failed = Optional.empty();

  /** One of them. */
  private static final class Participant {
    private final String name;
    private final ChildProcess process;
    private Random random = new Random();
    private boolean frozen;
    private boolean killed;

    Participant(String name, ChildProcess process) {
      this.name = name;
      this.process = process;
    }
  }

  HistoryChildren(HistoryDesk desk, HistoryPlan plan) {
    this.desk = desk;
    this.plan = plan;
  }

  /** Starts them, or remembers why there are none. */
  void start(Supplier<ChildProcess> opener) {
    List<Worker<ChildProcess>> starting =
        List.of(Worker.start(opener::get), Worker.start(opener::get));
    for (Worker<ChildProcess> child : starting) {
      try {
        children.add(new Participant(NAME + (children.size() + 1), child.result()));
        requireSameClock(children.get(children.size() - 1).process);
      } catch (TestAbortedException reason) {
        absent = Optional.of(reason);
      } catch (AssertionError error) {
        failed = Optional.of(error);
      }
    }
  }

  /** On Linux it is. Elsewhere it is measured rather than believed. */
  private static void requireSameClock(ChildProcess child) {
    long before = System.nanoTime();
    long there = child.clock();
    long after = System.nanoTime();
    Kit.appliesIf(
        there - before >= 0 && after - there >= 0,
        "the monotonic clock of another process does not count from the same moment on this"
            + " machine, so events of two processes cannot be put in one order");
  }

  /** Throws why none took part, if that is so. */
  void requirePresent() {
    absent.ifPresent(
        reason -> {
          throw reason;
        });
    failed.ifPresent(
        error -> {
          throw error;
        });
  }

  /** Lets them get and hold locks and plans what is done to them. */
  void takePart(List<LockName> locks) {
    if (!present()) {
      return;
    }
    for (Participant child : children) {
      child.random = new Random(plan.random().nextLong());
      child.process.takePart(child.name, desk.port(), child.random.nextLong(), locks);
    }
    Participant zombie = children.get(0);
    Participant victim = children.get(1);
    plan.at(0.02, 0.05, () -> freezeOften(zombie, true));
    plan.at(0.05, 0.10, () -> freezeOften(victim, true));
    plan.at(0.60, 0.90, () -> kill(victim));
  }

  /** For less than a ttl and for more, in turn. */
  private void freezeOften(Participant child, boolean briefly) {
    long millis = (briefly ? 350L : 900L) + child.random.nextInt(200);
    freeze(
        child,
        System.nanoTime() + PATIENT_TO_FREEZE.toNanos(),
        () ->
            plan.after(
                millis,
                () -> {
                  thaw(child);
                  plan.after(150 + child.random.nextInt(100), () -> freezeOften(child, !briefly));
                }));
  }

  /** While it holds a lock, if it does so soon. */
  private void freeze(Participant child, long latest, Runnable then) {
    if (child.killed) {
      return;
    }
    if (!desk.holds(child.name, A_WHILE, LONGER) && System.nanoTime() - latest < 0) {
      plan.after(10, () -> freeze(child, latest, then));
      return;
    }
    desk.note(new HistoryEvent.Paused(System.nanoTime(), child.name));
    child.process.freeze();
    child.frozen = true;
    then.run();
  }

  private void thaw(Participant child) {
    if (child.frozen && !child.killed) {
      child.frozen = false;
      desk.note(new HistoryEvent.Resumed(System.nanoTime(), child.name));
      child.process.thaw();
    }
  }

  private void kill(Participant child) {
    child.killed = true;
    desk.bar(child.name, Gone.How.KILLED);
    child.process.kill();
  }

  /** Whoever is still frozen goes on; everybody comes to an end. */
  void end() {
    if (!present()) {
      return;
    }
    children.forEach(this::thaw);
    for (Participant child : children) {
      try {
        if (!child.killed) {
          child.process.endPart();
        }
      } catch (AssertionError error) {
        failed = Optional.of(error);
      }
    }
  }

  /** Whether they take part. */
  boolean present() {
    return absent.isEmpty() && failed.isEmpty();
  }

  void close() {
    children.forEach(child -> child.process.close());
  }
}
