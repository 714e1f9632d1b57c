package io.autoinit.simulation;

import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Hint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connection of one process to one store: every request and every hint passes here. */
final class Wire {

  private static final long MILLI = 1_000_000;
  private static final long PATIENCE = 2_000 * MILLI;

  private final Life life;
  private final Site site;
  private final Machine machine;
  private final Misfortunes misfortunes;
  private final long latency;
  private final Deque<Delayed> delayed = new ArrayDeque<>();
  private long cutUntil;
  private Fault.Way cut = Fault.Way.REFUSED;
  private long nextWriteLateBy;

  /** A request that is under way although its sender has given up on it. */
  private static final class Delayed {
    private final Runnable effect;
    private boolean arrived;

    Delayed(Runnable effect) {
      this.effect = effect;
    }

    void arrive() {
      if (!arrived) {
        arrived = true;
        effect.run();
      }
    }
  }

  Wire(Life life, Site site, Machine machine, Misfortunes misfortunes, int latency) {
    this.life = life;
    this.site = site;
    this.machine = machine;
    this.misfortunes = misfortunes;
    this.latency = latency * MILLI;
  }

  Life life() {
    return life;
  }

  Site site() {
    return site;
  }

  void cut(long until, Fault.Way way) {
    cutUntil = until;
    cut = way;
  }

  void delayNextWrite(long by) {
    nextWriteLateBy = by;
  }

  /** Asks the store for something that changes nothing. */
  <T> T read(Supplier<T> question) {
    return ask(question, false);
  }

  /** Asks the store to do something. */
  <T> T write(Supplier<T> deed) {
    return ask(deed, true);
  }

  private <T> T ask(Supplier<T> request, boolean writes) {
    life.requireAlive();
    misfortunes.beforeRequest(life);
    travel(writes ? request : null);
    Fault.Way trouble = trouble();
    if (trouble == Fault.Way.REFUSED) {
      throw unavailable("refuses the connection");
    }
    if (trouble == Fault.Way.LOST) {
      giveUp(machine.now());
    }
    if (writes && nextWriteLateBy > 0) {
      arriveLate(request);
    }
    arriveInOrder();
    long sent = machine.now();
    T reply = request.get();
    misfortunes.afterRequest(life);
    travel(null);
    if (trouble != null || trouble() == Fault.Way.UNANSWERED) {
      giveUp(sent);
    }
    return reply;
  }

  private Fault.@Nullable Way trouble() {
    if (machine.now() < cutUntil) {
      return cut;
    }
    return site.out() ? site.way() : null;
  }

  /** On its way; what a process sent before it was killed may still arrive. */
  private void travel(@Nullable Supplier<?> sent) {
    long way = latency == 0 ? 0 : machine.random().nextLong(latency);
    long arrival = machine.now() + way + site.delay();
    try {
      machine.working().sleepUntil(arrival);
    } catch (Killed e) {
      if (sent != null && machine.random().nextBoolean()) {
        machine.at(Math.max(arrival, machine.now()), deed(sent));
      }
      throw e;
    }
  }

  private void arriveLate(Supplier<?> request) {
    Delayed late = new Delayed(deed(request));
    long sent = machine.now();
    machine.at(sent + nextWriteLateBy, late::arrive);
    nextWriteLateBy = 0;
    delayed.add(late);
    giveUp(sent);
  }

  /** What becomes of the store, when nobody hears the reply. */
  private static Runnable deed(Supplier<?> request) {
    return () -> {
      Object unused = request.get();
    };
  }

  /** A store does what one process sent in the order in which it was sent. */
  private void arriveInOrder() {
    while (!delayed.isEmpty()) {
      delayed.remove().arrive();
    }
  }

  private void giveUp(long sent) {
    machine.working().sleepUntil(Math.max(machine.now(), sent + PATIENCE));
    throw unavailable("does not answer");
  }

  private BackendUnavailableException unavailable(String what) {
    return new BackendUnavailableException("The %s store %s".formatted(site.where(), what));
  }

  /** A hint of the store on its way to the process. */
  void hint(Hint hint, Consumer<Hint> ear) {
    if (trouble() != null) {
      return;
    }
    int copies = misfortunes.copiesOfHint();
    for (int i = 0; i < copies; i++) {
      long way =
          misfortunes.delayOfHint() + (latency == 0 ? 0 : machine.random().nextLong(latency));
      machine.at(machine.now() + way, () -> life.hear(() -> ear.accept(hint)));
    }
  }
}
