package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the rules say of a network that fails, and BACKEND-5. */
abstract class NetworkRules extends InterruptRules {

  /**
   * How long anything may wait for a store that says nothing, with the short timeouts asked for.
   */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  /** An operation on a silent store that ended sooner has not waited for it. */
  private static final Duration LONG_ENOUGH = Duration.ofMillis(200);

  /** Longer than the pieces of any attempt to get a lock. */
  private static final int MOST_REPLIES = 8;

  /** No attempt to get a lock is lost for ever with the reply to it. */
  @Test
  @DisplayName("LOCK-4 a lost reply leaves no ghost")
  public final void noGhostAfterALostReply() {
    LockProvider other = locks(client());
    try (TcpProxy proxy = proxy()) {
      LockProvider cut = locks(through(proxy));
      List<LockName> names = new ArrayList<>();
      int lost = 0;
      for (int number = 1; number <= MOST_REPLIES && proxy.repliesLost() == lost++; number++) {
        LockName name = freshLock();
        names.add(name);
        // The conversation begins at the same point each time.
        inTime(() -> cut.tryAcquire(freshLock(), SHORT).ifPresent(Lease::close));
        proxy.loseReply(number);
        quietly(() -> cut.tryAcquire(name, SHORT).ifPresent(Lease::close));
      }
      for (LockName name : names) {
        acquireInTime("LOCK-4", other, name, SHORT.plus(PATIENCE)).close();
      }
    }
  }

  /** A holder behind a dead network is as good as dead. */
  @Test
  @DisplayName("LOCK-5 the store drops a holder that it hears nothing of")
  public final void dropsASilentHolder() {
    LockProvider other = locks(client());
    try (TcpProxy proxy = proxy()) {
      LockName name = freshLock();
      acquire("LOCK-5", locks(through(proxy)), name, SHORT);
      proxy.blackHole();
      acquireInTime("LOCK-5", other, name, SHORT.plus(PATIENCE)).close();
    }
  }

  /** Who hears nothing does not know, and who was overtaken learns it when it hears again. */
  @Test
  @DisplayName("LOCK-6 renew is never true without a reply, nor after the lease was lost meanwhile")
  public final void renewalsOfASilentHolder() {
    LockProvider other = locks(client());
    try (TcpProxy proxy = proxy()) {
      LockName name = freshLock();
      Lease lease = acquire("LOCK-6", locks(through(proxy)), name, SHORT);
      proxy.blackHole();
      requireNotTrue(lease, "while nothing came back from the store");
      Lease next = acquireInTime("LOCK-6", other, name, SHORT.plus(PATIENCE));
      requireNotTrue(lease, "while nothing came back, and another client held the lock");
      proxy.heal();
      requireNotTrue(lease, "after the network was mended, and another client held the lock");
      next.close();
      rule(
          within(PATIENCE, () -> !renewed(lease).orElse(true)),
          "LOCK-6",
          "a lease of '%s' was lost, but no renew said so for %s after the network was mended"
              .formatted(name, seconds(PATIENCE)),
          "whether renew asks the store again, or remembers the loss");
    }
  }

  /** Empty if nobody knows. */
  private static Optional<Boolean> renewed(Lease lease) {
    try {
      return Optional.of(lease.renew());
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  private static void requireNotTrue(Lease lease, String when) {
    Optional<Optional<Boolean>> renewed = Worker.start(() -> renewed(lease)).result(SILENCE);
    rule(
        renewed.isPresent(),
        "LOCK-6",
        "renew had not ended after %s, %s".formatted(seconds(SILENCE), when),
        "how long renew waits for an answer: a holder must learn in time that it may be lost");
    rule(
        !renewed.get().orElse(false),
        "LOCK-6",
        "renew returned true " + when,
        "whether renew answers from memory, or takes silence for yes");
  }

  /** The push channel is only for speed. */
  @Test
  @DisplayName("READY-5 a waiter learns what was published while its network was cut")
  public final void waitersLearnAfterACut() throws InterruptedException {
    ReadinessStore writer = readiness(client());
    RunKey run = freshRun();
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (TcpProxy proxy = proxy()) {
      ReadinessStore waiter = readiness(through(proxy));
      requirePublished("READY-5", writer, running(run, 2));
      try (Watch watch = waiter.watch(run, hints::add)) {
        requireLearnt(waiter, running(run, 2));
        hints.clear();
        proxy.refuse();
        requirePublished("READY-5", writer, running(run, 3));
        proxy.heal();
        requireLearnt(waiter, running(run, 3));
        if (watch != Watch.NONE) {
          requireHint(hints, "the cut of its push channel");
        }
        requirePublished("READY-5", writer, ready(run, 3));
        requireLearnt(waiter, ready(run, 3));
        if (watch != Watch.NONE) {
          requireHint(hints, "a change after its push channel was cut");
        }
      }
    }
  }

  private static void requireHint(BlockingQueue<Hint> hints, String of)
      throws InterruptedException {
    rule(
        hints.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS) != null,
        "READY-5",
        "a watcher had no hint of %s within %s".formatted(of, seconds(PATIENCE)),
        "whether a lost subscription is told to its watchers, and made again");
  }

  private static void requireLearnt(ReadinessStore waiter, Readiness record) {
    rule(
        within(PATIENCE, () -> polled(waiter, record.run()).equals(Optional.of(record))),
        "READY-5",
        "a waiter whose network was cut and mended polls %s, but the record is %s"
            .formatted(polled(waiter, record.run()), record),
        "whether poll reads the store, or something kept that only hints renew");
  }

  private static Optional<Readiness> polled(ReadinessStore waiter, RunKey run) {
    try {
      return waiter.poll(run).found().map(Observed::value);
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  /** What a backend connected, it disconnects. */
  @Test
  @DisplayName("BACKEND-2 close leaves no connection behind")
  public final void closeLeavesNoConnection() {
    try (TcpProxy proxy = proxy()) {
      for (int i = 0; i < 3; i++) {
        use(through(proxy)).close();
      }
      appliesIf(proxy.accepted() > 0, "the clients made no connection at all");
      rule(
          within(PATIENCE, () -> proxy.open() == 0),
          "BACKEND-2",
          "after close() of 3 clients %d of their %d connections are still open"
              .formatted(proxy.open(), proxy.accepted()),
          "what close shuts down: pools, subscriptions, connections that are kept for a lease");
    }
  }

  /** A shutdown does not wait for a store that says nothing. */
  @Test
  @DisplayName("BACKEND-2 close ends, and ends what others are doing, while the store is silent")
  public final void closeOnASilentNetwork() {
    try (TcpProxy proxy = proxy()) {
      Backend closing = use(through(proxy));
      proxy.blackHole();
      List<Worker<Boolean>> busy = new ArrayList<>();
      for (Runnable operation : operations(closing).values()) {
        busy.add(untilClosed(operation, new AtomicInteger()));
      }
      Worker<Boolean> close =
          Worker.start(
              () -> {
                closing.close();
                return true;
              });
      rule(
          close.result(SILENCE).isPresent(),
          "BACKEND-2",
          "close() had not ended after %s on a silent network".formatted(seconds(SILENCE)),
          "how long close waits for an answer to its goodbye, and for other threads");
      busy.forEach(ClosingRules::requireEnded);
    }
  }

  /** A network that swallows everything is worse than one that refuses. */
  @Test
  @DisplayName("BACKEND-3 a store that is silent is 'unavailable' in time")
  public final void silentIsUnavailable() {
    try (TcpProxy proxy = proxy()) {
      proxy.blackHole();
      requireUnavailable(settings(proxy), "a silent store", SILENCE);
    }
  }

  /** Stores are restarted and networks fail all the time; nobody reopens a client for that. */
  @Test
  @DisplayName("BACKEND-5 a client works again after its network was cut, and after it was silent")
  public final void clientsOutliveTheirNetwork() {
    try (TcpProxy proxy = proxy()) {
      Backend backend = use(through(proxy));
      proxy.cut();
      requireWorksAgain(backend, "its connections were cut");
      proxy.refuse();
      operations(backend).forEach(NetworkRules::requireSaysUnavailable);
      proxy.heal();
      requireWorksAgain(backend, "its connections had been refused for a while");
      proxy.blackHole();
      operations(backend).entrySet().stream()
          .limit(1)
          .forEach(first -> requireSaysUnavailable(first.getKey(), first.getValue()));
      proxy.heal();
      requireWorksAgain(backend, "the store had been silent for a while");
    }
  }

  /** Whoever asks it wants to know before the store has answered. */
  @Test
  @DisplayName(
      "LOCK-11 guaranteeUnasked asks nobody: it is the same, and at once, while all is silent")
  public final void theGuaranteeIsKnownInSilence() {
    Guarantee asked = locks(client()).guarantee();
    try (TcpProxy proxy = proxy()) {
      LockProvider used = locks(use(through(proxy)));
      LockProvider fresh = locks(through(proxy));
      proxy.blackHole();
      requireSameUnasked(used, "a client that was used", asked);
      requireSameUnasked(fresh, "a client not used so far", asked);
    }
  }

  private static void requireSameUnasked(LockProvider locks, String whose, Guarantee asked) {
    Optional<Guarantee> unasked =
        requireAtOnce("LOCK-11", "guaranteeUnasked of " + whose, locks::guaranteeUnasked);
    rule(
        unasked.map(asked::equals).orElse(true),
        "LOCK-11",
        "guaranteeUnasked of %s says %s while the store is silent, and guarantee said %s while it served"
            .formatted(whose, unasked, asked),
        "LockProvider.guaranteeUnasked, which is empty where it does not know");
  }

  /**
   * What waits for the store, or for the thread that does, says too late what that one waits for.
   */
  @Test
  @DisplayName("BACKEND-10 waitsFor asks nobody and waits for nobody, whatever the network does")
  public final void waitsForNobody() {
    try (TcpProxy proxy = proxy()) {
      Backend used = use(through(proxy));
      Backend fresh = through(proxy);
      proxy.blackHole();
      requireAtOnce("BACKEND-10", "waitsFor of a client not used so far", () -> waitsFor(fresh));
      // At first, while it still believes in its connection.
      requireHeardMeanwhile(used);
      requireHeardMeanwhile(fresh);
      proxy.refuse();
      requireAtOnce("BACKEND-10", "waitsFor of a client that is refused", () -> waitsFor(used));
    }
  }

  /** Often, so that not even a short timeout of the store fits in. */
  private static <T> Optional<T> requireAtOnce(
      String rule, String what, Supplier<Optional<T>> call) {
    return Worker.start(
            () -> {
              for (int i = 1; i < 20; i++) {
                Optional<T> unused = call.get();
              }
              return call.get();
            })
        .result(AT_ONCE)
        .orElseThrow(
            () ->
                broken(
                    rule,
                    "%s had not answered 20 times after %s".formatted(what, seconds(AT_ONCE)),
                    "whether it asks the store, or waits for a lock of its own"));
  }

  /** A machine may stall, but not each time for most of a timeout. */
  private static void requireHeardMeanwhile(Backend backend) {
    List<Beside> rounds = new ArrayList<>();
    while (rounds.size() < 3) {
      Beside round = askBeside(backend);
      appliesIf(
          round.operation().compareTo(LONG_ENOUGH) >= 0,
          "operations on a silent store end at once, so nothing can be asked beside them");
      if (round.isInTime()) {
        return;
      }
      rounds.add(round);
    }
    throw broken(
        "BACKEND-10",
        "waitsFor answers no sooner than the operation that it is asked beside: " + rounds,
        "whether it asks the store, or waits for a lock that an operation under way holds");
  }

  /**
   * What was seen beside one operation.
   *
   * @param operation how long it took
   * @param longest how long waitsFor did, at most
   */
  private record Beside(Duration operation, Duration longest) {

    boolean isInTime() {
      return longest.compareTo(operation.dividedBy(2)) < 0;
    }

    @Override
    public String toString() {
      return "%s beside one of %s".formatted(seconds(longest), seconds(operation));
    }
  }

  private static Beside askBeside(Backend backend) {
    Runnable operation = operations(backend).values().iterator().next();
    Worker<Duration> busy =
        Worker.start(
            () -> {
              // On its own thread: what passes before it begins is not its time.
              long begun = System.nanoTime();
              quietly(operation);
              return Duration.ofNanos(System.nanoTime() - begun);
            });
    Worker<Duration> asking =
        Worker.start(
            () -> {
              long longest = 0;
              while (!busy.isDone()) {
                long asked = System.nanoTime();
                waitsFor(backend);
                longest = Math.max(longest, System.nanoTime() - asked);
                pause(Duration.ofMillis(10));
              }
              return Duration.ofNanos(longest);
            });
    Duration longest =
        asking
            .result(SILENCE.multipliedBy(2))
            .orElseThrow(
                () ->
                    broken(
                        "BACKEND-10",
                        "waitsFor had not ended after %s, beside an operation on a silent store"
                            .formatted(seconds(SILENCE.multipliedBy(2))),
                        "what waitsFor waits for: nothing, it should tell what it knows"));
    return new Beside(busy.result(), longest);
  }

  /** A restart of the store is the same from outside. */
  @Test
  @DisplayName("BACKEND-5 a client works again after its store was restarted")
  public final void clientsOutliveARestart() {
    Runnable restart = offeredFault(possibleFaults().restart(), "restart");
    Backend backend = use(client());
    restart.run();
    requireWorksAgain(backend, "its store was restarted");
  }

  private static void requireSaysUnavailable(String name, Runnable operation) {
    Optional<Boolean> ended;
    try {
      ended = Worker.start(() -> saysUnavailable(operation)).result(SILENCE);
    } catch (RuntimeException e) {
      throw broken(
          "BACKEND-5",
          "%s threw %s while the store was out of reach".formatted(name, e),
          "which errors of the client library become BackendUnavailableException");
    }
    rule(
        ended.isPresent(),
        "BACKEND-5",
        "%s had not ended after %s while the store was out of reach"
            .formatted(name, seconds(SILENCE)),
        "how long the client library waits for an answer, or tries again by itself");
    rule(
        // A watch that cannot be subscribed yet is nothing but late.
        ended.get() || name.equals("watch"),
        "BACKEND-5",
        "%s returned while the store was out of reach".formatted(name),
        "which errors are taken for an answer: not to know is neither 'empty' nor 'false' nor done");
  }

  private static boolean saysUnavailable(Runnable operation) {
    try {
      operation.run();
      return false;
    } catch (BackendUnavailableException e) {
      return true;
    }
  }

  private static void requireWorksAgain(Backend backend, String after) {
    operations(backend)
        .forEach(
            (name, operation) ->
                rule(
                    inTime(operation),
                    "BACKEND-5",
                    "%s was still 'unavailable' %s after %s"
                        .formatted(name, seconds(PATIENCE), after),
                    "whether the client library connects anew, and whether a broken connection is"
                        + " thrown away"));
  }

  /** Whether it works before patience ends. */
  private static boolean inTime(Runnable operation) {
    return within(PATIENCE, () -> quietly(operation));
  }

  private static boolean quietly(Runnable operation) {
    try {
      operation.run();
      return true;
    } catch (BackendException e) {
      return false;
    }
  }

  private TcpProxy proxy() {
    Faults.Network network = offeredFault(possibleFaults().network(), "network");
    return TcpProxy.to(network.host(), network.port());
  }

  private java.util.Map<String, String> settings(TcpProxy proxy) {
    return possibleFaults().network().orElseThrow().settings().apply(proxy.port());
  }

  private Backend through(TcpProxy proxy) {
    return client(settings(proxy));
  }
}
