package io.autoinit.backend.redis;

import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The hints of all watches of a backend, over one connection that is there while somebody watches
 * (READY-5), and a moment longer: who has heard READY goes on, and does not wait for an end of
 * connection and threads. One daemon thread listens, another one pings, because a network that dies
 * in silence ends no connection. A lost connection is told at once, and again when it is back.
 */
final class RedisHints implements AutoCloseable {

  /** How often the server is pinged; twice that and an answer's time bounds the detection. */
  static final Duration PULSE = Duration.ofSeconds(10);

  /** How long the connection outlives the last watch, like one of the pool that is idle. */
  private static final Duration LINGERING = RedisStore.LONGEST_IDLE;

  private static final String READY = "ready ";
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final RedisStore store;
  private final Duration pulse;

  // All below is guarded by this.
  private final Map<String, List<Watcher>> watchers = new HashMap<>();
  private final Set<String> heard = new HashSet<>();
  private final Map<String, String> seen = new HashMap<>();
  private final List<Thread> ending = new ArrayList<>();
  private @Nullable Thread listener;
  private @Nullable Thread pinger;
  private @Nullable Session session;
  private @Nullable BackendRefusedException refusal;
  private int failures;
  private int hurries;
  private boolean closed;

  RedisHints(RedisStore store, Duration pulse) {
    this.store = store;
    this.pulse = pulse;
  }

  /** Whether the server has confirmed the subscription, and nothing speaks against it since. */
  synchronized boolean arrive(String channel) {
    return heard.contains(channel) && watchers.containsKey(channel);
  }

  /** Notes since which revision the record that was just read is in its state; empty: none. */
  synchronized void seen(String channel, String since) {
    if (watchers.containsKey(channel)) {
      seen.put(channel, since);
    }
  }

  Watch watch(String channel, Consumer<Hint> told) {
    Watcher watcher = new Watcher(channel, told);
    BackendRefusedException refused;
    synchronized (this) {
      if (closed) {
        throw store.closed();
      }
      watchers.computeIfAbsent(channel, c -> new ArrayList<>()).add(watcher);
      start();
      if (session != null) {
        session.ask(channel);
        forgetUnwatched(session);
      }
      int failuresBefore = failures;
      await(
          () -> closed || heard.contains(channel) || failures > failuresBefore,
          store.settings().connectTimeout().plus(store.settings().commandTimeout()));
      if (closed) {
        throw store.closed();
      }
      watcher.owed = !heard.contains(channel);
      refused = watcher.owed ? refusal : null;
    }
    if (refused != null) {
      watcher.close();
      throw new BackendRefusedException(String.valueOf(refused.getMessage()), refused);
    }
    return watcher;
  }

  /** Ends what lingers of earlier watches, once others are heard. */
  private void forgetUnwatched(Session now) {
    if (heard.isEmpty() || watchers.isEmpty()) {
      return;
    }
    for (String channel : List.copyOf(now.asked)) {
      if (!watchers.containsKey(channel)) {
        heard.remove(channel);
        now.forget(channel);
      }
    }
  }

  private void start() {
    if (listener != null) {
      hurries++;
      notifyAll();
      return;
    }
    refusal = null;
    listener = thread("hints", this::listen);
    pinger = thread("ping", this::ping);
    listener.start();
    pinger.start();
  }

  private Thread thread(String what, Runnable work) {
    Thread thread =
        new Thread(work, "autoinit-" + store.settings().config().instance() + "-" + what);
    thread.setDaemon(true);
    return thread;
  }

  /** Waits for a change of what this object guards; the caller holds its lock. */
  private void await(BooleanSupplier condition, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() {
    int attempt = 0;
    int failed = 0;
    while (awaited()) {
      // Left by a listener of hints; a pause would end at once.
      Thread.interrupted();
      boolean heardSome = false;
      try (RedisStore.Line line =
          store.line(attempt++, pulse.plus(store.settings().commandTimeout()))) {
        Session now = new Session(line);
        String[] channels = begin(now);
        if (channels.length == 0) {
          continue;
        }
        now.proceed(line, channels);
        heardSome = lost(null);
      } catch (JedisException e) {
        heardSome = lost(e);
      } catch (RuntimeException e) {
        // A reply out of order, a closed socket: the connection is of no use any more.
        heardSome = lost(new JedisException(e));
      }
      failed = heardSome ? 0 : failed + 1;
      rest(failed);
    }
  }

  /** Whether to connect: while nobody watches there is nothing to connect for. */
  private synchronized boolean awaited() {
    while (wanted() && watchers.isEmpty()) {
      await(() -> !wanted() || !watchers.isEmpty(), pulse);
    }
    return wanted();
  }

  private synchronized boolean wanted() {
    return Thread.currentThread() == listener;
  }

  private synchronized String[] begin(Session now) {
    if (!wanted() || watchers.isEmpty()) {
      return new String[0];
    }
    session = now;
    now.asked.addAll(watchers.keySet());
    return watchers.keySet().toArray(String[]::new);
  }

  /** Notes the end of a connection, and tells it; whether it had been of use. */
  private boolean lost(@Nullable JedisException cause) {
    List<Watcher> told = new ArrayList<>();
    boolean useful;
    synchronized (this) {
      if (!wanted()) {
        return false;
      }
      useful = !heard.isEmpty();
      session = null;
      heard.clear();
      failures++;
      refusal =
          cause != null
                  && store.errors().translate(cause) instanceof BackendRefusedException refused
              ? refused
              : null;
      if (useful) {
        watchers.values().forEach(told::addAll);
        told.forEach(watcher -> watcher.owed = true);
      }
      notifyAll();
    }
    told.forEach(watcher -> watcher.tell(Hint.CHANGED));
    return useful;
  }

  /** The pause before the next connection: longer each time, and never the same for a fleet. */
  private synchronized void rest(int failed) {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed, 5));
    long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    int hurriesBefore = hurries;
    await(() -> !wanted() || hurries > hurriesBefore, Duration.ofMillis(pause));
  }

  private void heard(String channel) {
    List<Watcher> told = new ArrayList<>();
    synchronized (this) {
      if (!wanted() || session == null) {
        return;
      }
      heard.add(channel);
      session.askMissing();
      forgetUnwatched(session);
      for (Watcher watcher : watchers.getOrDefault(channel, List.of())) {
        if (watcher.owed) {
          watcher.owed = false;
          told.add(watcher);
        }
      }
      notifyAll();
    }
    told.forEach(watcher -> watcher.tell(Hint.CHANGED));
  }

  private void message(String channel, String message) {
    List<Watcher> told;
    Hint hint;
    synchronized (this) {
      told = List.copyOf(watchers.getOrDefault(channel, List.of()));
      hint = hint(message, seen.getOrDefault(channel, ""));
    }
    told.forEach(watcher -> watcher.tell(hint));
  }

  private static Hint hint(String message, String seen) {
    if (message.equals("beat")) {
      return Hint.BEAT;
    }
    return !seen.isEmpty() && message.equals(READY + seen) ? Hint.READY : Hint.CHANGED;
  }

  private synchronized void ping() {
    while (Thread.currentThread() == pinger) {
      if (watchers.isEmpty()) {
        endUnlessWatched();
        continue;
      }
      await(() -> Thread.currentThread() != pinger || watchers.isEmpty(), pulse);
      if (Thread.currentThread() == pinger && session != null && !heard.isEmpty()) {
        session.pulse();
      }
    }
  }

  private void endUnlessWatched() {
    await(() -> Thread.currentThread() != pinger || !watchers.isEmpty(), LINGERING);
    if (Thread.currentThread() == pinger && watchers.isEmpty()) {
      end();
    }
  }

  private synchronized void closed(Watcher watcher) {
    List<Watcher> others = watchers.get(watcher.channel);
    if (others == null || !others.remove(watcher) || !others.isEmpty()) {
      return;
    }
    watchers.remove(watcher.channel);
    seen.remove(watcher.channel);
    if (watchers.isEmpty()) {
      // The pinger ends the connection, unless somebody watches again soon.
      notifyAll();
    } else if (session != null) {
      forgetUnwatched(session);
    }
  }

  private void end() {
    ending.removeIf(thread -> !thread.isAlive());
    if (listener != null) {
      ending.add(listener);
    }
    if (pinger != null) {
      ending.add(pinger);
    }
    listener = null;
    pinger = null;
    heard.clear();
    if (session != null) {
      session.end();
      session = null;
    }
    notifyAll();
  }

  /** Waits for the threads, but not for one that is connecting right now. */
  private static void join(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        if (thread != Thread.currentThread()) {
          thread.join(1_000);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    List<Thread> ended;
    synchronized (this) {
      closed = true;
      watchers.clear();
      end();
      ended = List.copyOf(ending);
    }
    join(ended);
  }

  private final class Watcher implements Watch {

    private final String channel;
    private final Consumer<Hint> told;

    /** Whether something may have been missed; guarded by the hints. */
    private boolean owed;

    Watcher(String channel, Consumer<Hint> told) {
      this.channel = channel;
      this.told = told;
    }

    private void tell(Hint hint) {
      try {
        told.accept(hint);
      } catch (RuntimeException e) {
        // Who listens must not end the hints of the others.
        return;
      }
    }

    @Override
    public void close() {
      closed(this);
    }
  }

  /** One connection. What writes to it holds the lock of the hints, as writers must not mix. */
  private final class Session extends JedisPubSub {

    private final RedisStore.Line line;
    private final Set<String> asked = new HashSet<>();

    Session(RedisStore.Line line) {
      this.line = line;
    }

    /** Only once something was heard: until then the listener itself writes the first request. */
    void ask(String channel) {
      if (!heard.isEmpty() && asked.add(channel)) {
        write(() -> subscribe(channel));
      }
    }

    void askMissing() {
      watchers.keySet().forEach(this::ask);
    }

    void forget(String channel) {
      if (asked.remove(channel)) {
        write(() -> unsubscribe(channel));
      }
    }

    void pulse() {
      write(() -> ping("autoinit"));
    }

    /** Ends the listener's read at once. */
    void end() {
      try {
        line.forceDisconnect();
      } catch (java.io.IOException e) {
        // Closed is closed.
        return;
      }
    }

    private void write(Runnable command) {
      try {
        command.run();
      } catch (RuntimeException e) {
        // A connection that does not take this is dead; its listener finds out.
        end();
      }
    }

    @Override
    public void onSubscribe(String channel, int subscribedChannels) {
      heard(channel);
    }

    @Override
    public void onMessage(String channel, String message) {
      message(channel, message);
    }
  }
}
