package io.autoinit.simulation;

import io.autoinit.core.protocol.Timeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A thread of a process, as the machine sees it. */
final class Work implements Timeline.Task {

  static final String MAIN = "main";

  private static final long AT_ONCE = Long.MIN_VALUE;

  private final Machine machine;
  private final Life life;
  private final String name;
  private final Runnable body;
  private @Nullable Hand hand;
  private boolean done;
  private boolean interrupted;
  private long wakeAt = AT_ONCE;
  private boolean interruptible;
  private @Nullable Bell awaited;
  private @Nullable Work joined;

  Work(Machine machine, Life life, String name, Runnable body) {
    this.machine = machine;
    this.life = life;
    this.name = name;
    this.body = body;
  }

  Machine machine() {
    return machine;
  }

  Life life() {
    return life;
  }

  boolean isMain() {
    return name.equals(MAIN);
  }

  boolean done() {
    return done;
  }

  boolean began() {
    return hand != null;
  }

  void perform() {
    try {
      if (!life.dead()) {
        takeInterrupt();
        body.run();
      }
    } catch (Killed e) {
      // The process is dead: this thread of it has gone home.
    } catch (RuntimeException | Error e) {
      machine.brokeDown(this, e);
    }
    done = true;
    Thread.interrupted();
  }

  /** Lets this work go on; the caller has handed over the turn. */
  void resume() {
    machine.current(this);
    Hand mine = hand;
    if (mine == null) {
      mine = machine.crew().hire();
      hand = mine;
      mine.take(this);
    }
    mine.give();
  }

  void awaitTurn() {
    Hand mine = hand;
    if (mine != null) {
      mine.awaitTurn();
    }
  }

  boolean able(long now) {
    if (life.paused()) {
      return false;
    }
    return wakeAt <= now || isRung();
  }

  private boolean isRung() {
    Bell bell = awaited;
    Work other = joined;
    return (interruptible && interrupted)
        || (bell != null && bell.raised())
        || (other != null && other.done);
  }

  long wakeAt() {
    return wakeAt;
  }

  /** Sleeps through whatever interrupts, by the clock of the world: a request is under way. */
  void sleepUntil(long moment) {
    waitUntil(moment, false, null, null);
  }

  /** Waits for a bell, by the clock of the process. */
  boolean await(Bell bell, Duration atMost) throws InterruptedException {
    throwInterrupt();
    waitUntil(life.moment(atMost), true, bell, null);
    throwInterrupt();
    return bell.take();
  }

  @Override
  public boolean join(Duration atMost) throws InterruptedException {
    throwInterrupt();
    if (!done && !atMost.isZero() && !atMost.isNegative()) {
      machine.working().waitUntil(life.moment(atMost), true, null, this);
      throwInterrupt();
    }
    return done;
  }

  private void waitUntil(
      long moment, boolean mayInterrupt, @Nullable Bell bell, @Nullable Work other) {
    life.requireAlive();
    wakeAt = moment;
    interruptible = mayInterrupt;
    awaited = bell;
    joined = other;
    try {
      machine.handBack(this);
    } finally {
      wakeAt = AT_ONCE;
      interruptible = false;
      awaited = null;
      joined = null;
    }
  }

  private static void throwInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public void interrupt() {
    interrupted = true;
  }

  /** The interrupt is kept here while the thread waits for its turn. */
  void keepInterrupt() {
    interrupted |= Thread.interrupted();
  }

  void takeInterrupt() {
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return life + "/" + name;
  }
}
