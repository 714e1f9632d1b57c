package io.autoinit.tck;

import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.tck.history.HistoryChecker;
import io.autoinit.tck.history.HistoryEvent;
import io.autoinit.tck.history.LeaseId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A thread that gets locks, holds them in one way or another and tells what came of it, until it is
 * over. Its choices come from a seed; when its turns come is up to the machine.
 */
final class HistoryWorker implements Runnable {

  /** What a holder does. Shuffled and dealt, so that each comes up, and none too often. */
  enum Act {
    /** Counts and goes. */
    BRIEF,
    /** Counts, goes, and gives the lock back a second time when others may have it. */
    BRIEF_CLOSED_TWICE,
    /** Counts, renews and counts again. */
    RENEWED,
    /** Lives on renewals for longer than one ttl. */
    LONG,
    /** Sleeps through its ttl, then wants to renew. */
    QUIET
  }

  /** Mostly short holds: many handovers. */
  static final List<Act> BRISK =
      List.of(
          Act.BRIEF,
          Act.BRIEF,
          Act.BRIEF,
          Act.BRIEF_CLOSED_TWICE,
          Act.BRIEF_CLOSED_TWICE,
          Act.RENEWED,
          Act.RENEWED,
          Act.RENEWED,
          Act.LONG,
          Act.QUIET);

  /** Mostly long holds: whoever is frozen or killed holds something. */
  static final List<Act> LASTING =
      List.of(Act.BRIEF, Act.BRIEF_CLOSED_TWICE, Act.RENEWED, Act.LONG, Act.LONG, Act.QUIET);

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often a sleeper looks whether it is over. */
  private static final long GLANCE = 20 * MILLI;

  /** One in so many requests is sent by an interrupted thread. */
  private static final int INTERRUPTED = 25;

  /** The client that a worker uses now. */
  record Client(String name, LockProvider locks, BooleanSupplier gone) {}

  private final Supplier<Client> clients;
  private final String thread;
  private final List<Act> ways;
  private final List<LockName> locks;
  private final Scribe scribe;
  private final Random random;
  private final BooleanSupplier over;
  private final Deque<Act> deal = new ArrayDeque<>();
  private long attempts;

  /**
   * Creates a worker.
   *
   * @param clients tells the client at each turn
   * @param thread the name of the worker in the history, one for each worker of a client
   * @param ways how to hold what it got, each in turn, shuffled
   * @param locks what to get; the first is only held for a moment at a time
   * @param over whether it is time to end, whatever is being done
   */
  HistoryWorker(
      Supplier<Client> clients,
      String thread,
      List<Act> ways,
      List<LockName> locks,
      Scribe scribe,
      long seed,
      BooleanSupplier over) {
    this.clients = clients;
    this.thread = thread;
    this.ways = ways;
    this.locks = locks;
    this.scribe = scribe;
    this.random = new Random(seed);
    this.over = over;
  }

  @Override
  public void run() {
    while (!over.getAsBoolean()) {
      turn(clients.get());
      pause(millis(2, 12));
    }
  }

  private void turn(Client client) {
    if (deal.isEmpty()) {
      List<Act> acts = new ArrayList<>(ways);
      Collections.shuffle(acts, random);
      deal.addAll(acts);
    }
    LockName lock = locks.get(random.nextInt(locks.size()));
    Duration ttl = Duration.ofMillis(600 + 200L * random.nextInt(3));
    LeaseId id = new LeaseId(client.name(), thread, ++attempts);
    long sent = System.nanoTime();
    scribe.note(new HistoryEvent.Asked(sent, id, lock.toString(), ttl));
    Optional<Optional<Lease>> answer = answered(id, () -> client.locks().tryAcquire(lock, ttl));
    if (answer.isEmpty()) {
      return;
    }
    Optional<Lease> lease = answer.get();
    if (lease.isEmpty()) {
      scribe.note(new HistoryEvent.Refused(System.nanoTime(), id));
      return;
    }
    scribe.note(new HistoryEvent.Got(System.nanoTime(), id, lease.get().token()));
    var held = new Held(client, id, lock.toString(), lease.get(), ttl, sent);
    Act act = deal.remove();
    held.play(lock.equals(locks.get(0)) && act != Act.BRIEF_CLOSED_TWICE ? Act.BRIEF : act);
  }

  /** A lease in the hands of this worker. */
  private final class Held {
    private final Client client;
    private final LeaseId id;
    private final String lock;
    private final Lease lease;
    private final Duration ttl;
    private long validUntil;

    Held(Client client, LeaseId id, String lock, Lease lease, Duration ttl, long sent) {
      this.client = client;
      this.id = id;
      this.lock = lock;
      this.lease = lease;
      this.ttl = ttl;
      this.validUntil = HistoryChecker.validUntil(sent, ttl);
    }

    void play(Act act) {
      switch (act) {
        case BRIEF -> increment();
        case BRIEF_CLOSED_TWICE -> {
          increment();
          close();
          pause(millis(5, 30));
        }
        case RENEWED -> {
          increment();
          pause(millis(5, 40));
          if (renew()) {
            increment();
          }
        }
        case LONG -> stay();
        case QUIET -> oversleep();
      }
      close();
    }

    private void stay() {
      boolean held = true;
      for (int third = 0; third < 4 && held && !over.getAsBoolean(); third++) {
        increment();
        pause(ttl.toNanos() / 3);
        held = renew();
      }
    }

    private void oversleep() {
      increment();
      pause(ttl.toNanos() + millis(50, 300));
      if (renew()) {
        increment();
      }
      pause(millis(1, 60));
      if (renew()) {
        increment();
      }
      pause(millis(1, 60));
    }

    private void increment() {
      long value = scribe.read(id, lock);
      pause(random.nextInt(3) == 0 ? millis(1, 8) : 0);
      scribe.write(id, lock, value + 1, validUntil);
    }

    private boolean renew() {
      long sent = System.nanoTime();
      scribe.note(new HistoryEvent.Renewing(sent, id));
      Optional<Boolean> answer = answered(id, lease::renew);
      answer.ifPresent(held -> scribe.note(new HistoryEvent.Renewed(System.nanoTime(), id, held)));
      if (answer.orElse(false)) {
        validUntil = HistoryChecker.validUntil(sent, ttl);
        return true;
      }
      return false;
    }

    private void close() {
      if (client.gone().getAsBoolean()) {
        // As a killed process would: not a word more.
        return;
      }
      scribe.note(new HistoryEvent.Releasing(System.nanoTime(), id));
      answered(
              id,
              () -> {
                lease.close();
                return true;
              })
          .ifPresent(done -> scribe.note(new HistoryEvent.Released(System.nanoTime(), id)));
    }
  }

  /** The answer to a request; empty if it ended in an error, as interrupts and ends may have it. */
  private <T> Optional<T> answered(LeaseId id, Supplier<T> request) {
    if (random.nextInt(INTERRUPTED) == 0) {
      Thread.currentThread().interrupt();
    }
    try {
      return Optional.of(request.get());
    } catch (RuntimeException e) {
      scribe.note(new HistoryEvent.Failed(System.nanoTime(), id, e.toString()));
      return Optional.empty();
    } finally {
      Thread.interrupted();
    }
  }

  private long millis(int least, int most) {
    return (least + random.nextInt(most - least)) * MILLI;
  }

  /** For a time, or until the end. */
  private void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long rest = nanos; rest > 0 && !over.getAsBoolean(); rest = until - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(rest, GLANCE));
      Thread.interrupted();
    }
  }
}
