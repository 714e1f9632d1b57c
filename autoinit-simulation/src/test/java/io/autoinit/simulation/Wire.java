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
  private long slowUntil;
  private long slowBy;
  private long nextWriteLateBy;
  private boolean overtaken;

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

  void slowAnswers(long until, long by) {
    slowUntil = until;
    slowBy = by;
  }

  void delayNextWrite(long by, boolean mayBeOvertaken) {
    overtaken = mayBeOvertaken;
    nextWriteLateBy = by;
  }

  boolean claimsLie() {
    return misfortunes.claimsLie();
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
    send(writes ? request : null);
    Fault.Way trouble = trouble();
    if (trouble == Fault.Way.REFUSED) {
      throw unavailable("refuses the connection");
    }
    if (trouble == Fault.Way.LOST) {
      giveUp(machine.now());
    }
    if (writes && nextWriteLateBy >= PATIENCE) {
      arriveLate(request);
    }
    arriveInOrder();
    long sent = machine.now();
    T reply = request.get();
    misfortunes.afterRequest(life);
    travel(site.delay() + (machine.now() < slowUntil ? slowBy : 0));
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

  /** A request on its way; what a process sent before it was killed may still arrive. */
  private void send(@Nullable Supplier<?> deed) {
    long delay = site.delay();
    if (deed != null && nextWriteLateBy > 0 && nextWriteLateBy < PATIENCE) {
      delay += nextWriteLateBy;
      nextWriteLateBy = 0;
    }
    try {
      travel(delay);
    } catch (Killed e) {
      if (deed != null && machine.random().nextBoolean()) {
        machine.at(machine.now() + delay, () -> ignoringReply(deed));
      }
      throw e;
    }
  }

  private void travel(long delay) {
    long way = latency == 0 ? 0 : machine.random().nextLong(latency);
    machine.working().sleepUntil(machine.now() + way + delay);
  }

  private void arriveLate(Supplier<?> request) {
    Delayed late = new Delayed(() -> ignoringReply(request));
    long sent = machine.now();
    machine.at(sent + nextWriteLateBy, late::arrive);
    nextWriteLateBy = 0;
    if (!overtaken) {
      delayed.add(late);
    }
    giveUp(sent);
  }

  private static void ignoringReply(Supplier<?> deed) {
    Object unused = deed.get();
  }

  /** What is not to be overtaken arrives first. */
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
