package io.autoinit.simulation;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that does one work after the other, each only while it has the turn. */
final class Hand extends Thread {

  private final Crew crew;
  private volatile boolean turn;
  private @Nullable Work work;

  Hand(Crew crew, int number) {
    super("simulation-" + number);
    this.crew = crew;
    setDaemon(true);
  }

  void take(@Nullable Work next) {
    work = next;
  }

  void give() {
    turn = true;
    LockSupport.unpark(this);
  }

  void awaitTurn() {
    while (!turn) {
      LockSupport.park(this);
    }
    turn = false;
  }

  @Override
  public void run() {
    while (true) {
      awaitTurn();
      Work mine = work;
      if (mine == null) {
        return;
      }
      mine.perform();
      Work next = mine.machine().afterEndOf(mine);
      crew.dismiss(this);
      if (next == null) {
        crew.finish();
      } else {
        next.resume();
      }
    }
  }
}
