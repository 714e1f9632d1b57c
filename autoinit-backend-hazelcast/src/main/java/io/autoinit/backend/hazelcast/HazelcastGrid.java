package io.autoinit.backend.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.impl.management.ClientConnectionProcessListener;
import com.hazelcast.cluster.Address;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one client or member of a backend, made at first use, and made anew when it gave up. What is
 * asked of it runs on threads of its own, so that no caller waits longer than it was told and no
 * interrupt reaches the library. Safe for use by any thread.
 */
final class HazelcastGrid implements AutoCloseable {

  /** The ids of the generator hold the milliseconds since this moment above their lowest bits. */
  private static final long FIRST_MILLIS = 1_514_764_800_000L;

  private static final int BITS_BELOW_MILLIS = 22;
  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final Duration FIRST_WORD = Duration.ofSeconds(2);
  private static final Duration SHORTEST_LIFE = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final double MOST_OF_THE_TIME = 0.9;
  private static final Duration LONGEST_END = Duration.ofSeconds(8);

  private final HazelcastSettings settings;
  private final HazelcastErrors errors;
  private final ExecutorService threads;
  private volatile Consumer<Boolean> turned = connected -> {};
  private volatile boolean formed;

  // All below is guarded by this.
  private @Nullable Joined joined;
  private boolean closed;

  /** An instance on its way into the cluster. */
  private static final class Joined {

    final String name = "autoinit-" + UUID.randomUUID();
    final CompletableFuture<HazelcastInstance> ready = new CompletableFuture<>();

    /** Whether the cluster turned this client away when it last came. */
    volatile boolean refused;

    volatile @Nullable HazelcastInstance instance;
    volatile boolean over;

    /** Since when it is over for good; a new one comes a moment later, whoever asks how often. */
    private volatile long overNanos;

    void end() {
      overNanos = System.nanoTime();
      over = true;
    }

    boolean mayBeReplaced() {
      return over
          && ((ready.isDone() && !ready.isCompletedExceptionally())
              || System.nanoTime() - overNanos > SHORTEST_LIFE.toNanos());
    }
  }

  HazelcastGrid(HazelcastSettings settings) {
    this.settings = settings;
    this.errors = new HazelcastErrors(settings);
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            5,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread =
                  new Thread(
                      work,
                      "autoinit-%s-%d"
                          .formatted(settings.config().instance(), number.incrementAndGet()));
              thread.setDaemon(true);
              return thread;
            });
  }

  HazelcastSettings settings() {
    return settings;
  }

  /** Is told when the cluster was lost (false) and when it is there (again). */
  void onTurn(Consumer<Boolean> told) {
    turned = told;
  }

  /** A map of this backend. */
  IMap<String, String> map(HazelcastInstance instance, String name) {
    return instance.getMap(settings.prefix() + "-" + name);
  }

  /** The names in a map that begin like this, picked out by the members. */
  Set<String> names(String map, String prefix) {
    return ask(instance -> Set.copyOf(map(instance, map).keySet(begins(prefix))));
  }

  private static Predicate<String, String> begins(String prefix) {
    return Predicates.like("__key", prefix.replaceAll("([\\\\%_])", "\\\\$1") + "%");
  }

  /** What a map holds under the names that begin and end like this, in one question. */
  List<String> texts(String map, String prefix, String end) {
    return ask(
        instance ->
            map(instance, map).entrySet(begins(prefix)).stream()
                .filter(entry -> entry.getKey().endsWith(end))
                .map(Map.Entry::getValue)
                .toList());
  }

  /**
   * What time it is in the cluster, in milliseconds. A member asks the oldest; to a client the
   * members tell it only in the ids that they give out.
   */
  long millis(HazelcastInstance instance) {
    if (settings.mode() == HazelcastSettings.Mode.MEMBER) {
      return View.of(instance).millis(GridConfig.peers(settings));
    }
    long id = instance.getFlakeIdGenerator(clock()).newId();
    return (id >> BITS_BELOW_MILLIS) + FIRST_MILLIS;
  }

  private String clock() {
    return settings.prefix() + "-clock";
  }

  /**
   * Asks the cluster. A member is asked again until its answer counts ({@link #counted}), so a
   * question must recognise what it did itself.
   *
   * @throws BackendException if it did not serve
   * @throws IllegalStateException after {@link #close}
   */
  <T> T ask(Function<HazelcastInstance, T> question) {
    return settings.mode() == HazelcastSettings.Mode.MEMBER
        ? askOnce(member -> counted(member, question))
        : askOnce(question);
  }

  /**
   * An answer of a member counts once all members that it sees have said, after it was given, that
   * they see each other: a member that was stopped, and given up by the others, still answers
   * itself when it goes on.
   */
  private <T> T counted(HazelcastInstance member, Function<HazelcastInstance, T> question) {
    long begun = System.nanoTime();
    long end = begun + (long) (settings.commandTimeout().toNanos() * MOST_OF_THE_TIME);
    while (true) {
      RuntimeException failure;
      long last = end;
      try {
        View before = View.of(member);
        if (before.members().size() < settings.minMembers()) {
          failure = tooFew(before);
          last = endOfTooFew(begun, end);
        } else {
          T answer = question.apply(member);
          View after = View.of(member);
          if (after.members().size() < settings.minMembers()) {
            failure = tooFew(after);
            last = endOfTooFew(begun, end);
          } else if (after.holds(before) && after.isConfirmed(GridConfig.peers(settings), end)) {
            formed = true;
            return answer;
          } else {
            failure = errors.unconfirmed(isForming());
          }
        }
      } catch (HazelcastSerializationException e) {
        throw errors.foreign();
      } catch (HazelcastException e) {
        failure = e;
      } catch (InterruptedException e) {
        throw closed();
      }
      pause(last, failure);
    }
  }

  private BackendUnavailableException tooFew(View view) {
    if (view.members().isEmpty()) {
      return errors.nobody();
    }
    return isForming() ? errors.forming(view.members().size()) : errors.tooFew();
  }

  /** Why nothing that a member is asked is answered yet, or any more. */
  Optional<BackendUnavailableException> waitsFor() {
    return isForming() && isJoining() && present() == null
        ? Optional.of(errors.joining())
        : tooFew();
  }

  /** Whether the grid of this member lacks others in this moment. */
  private Optional<BackendUnavailableException> tooFew() {
    HazelcastInstance member = present();
    if (member == null || settings.mode() != HazelcastSettings.Mode.MEMBER) {
      return Optional.empty();
    }
    try {
      View view = View.of(member);
      return view.members().size() < settings.minMembers()
          ? Optional.of(tooFew(view))
          : Optional.empty();
    } catch (HazelcastException | IllegalStateException e) {
      // It is going.
      return Optional.empty();
    }
  }

  /** Whether this process has not seen its grid whole so far. */
  private boolean isForming() {
    return settings.mode() == HazelcastSettings.Mode.MEMBER && !formed;
  }

  /** Who is to come may come at any time: that is told soon, and asked again by who waits. */
  private long endOfTooFew(long begun, long end) {
    return formed ? end : Math.min(end, begun + FIRST_WORD.toNanos());
  }

  /** Unless it is too late for more. */
  private void pause(long end, RuntimeException failure) {
    if (System.nanoTime() + PAUSE.toNanos() - end > 0) {
      throw failure;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    } catch (InterruptedException e) {
      throw closed();
    }
  }

  /**
   * Asks for what needs no confirmation: what only tells a member to look, or gives something back.
   *
   * @throws BackendException if it did not serve
   * @throws IllegalStateException after {@link #close}
   */
  <T> T askOnce(Function<HazelcastInstance, T> question) {
    HazelcastInstance instance = await(joined(), settings.connectTimeout());
    Future<T> answer;
    try {
      answer = threads.submit(() -> question.apply(instance));
    } catch (RejectedExecutionException e) {
      throw closed();
    }
    return await(answer, settings.commandTimeout());
  }

  /** Tells the cluster something a moment later, if it is still there then. */
  void later(Consumer<HazelcastInstance> message) {
    Executor delayed =
        CompletableFuture.delayedExecutor(MOMENT.toMillis(), TimeUnit.MILLISECONDS, threads);
    delayed.execute(
        () -> {
          HazelcastInstance instance = present();
          if (instance != null) {
            try {
              message.accept(instance);
            } catch (RuntimeException e) {
              // The cluster or this client is going: there is nothing left to be told.
              return;
            }
          }
        });
  }

  private synchronized @Nullable HazelcastInstance present() {
    return joined == null || joined.over || closed ? null : joined.instance;
  }

  /** Waits to the end of the time; an interrupt is kept for later. */
  private <T> T await(Future<T> answer, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException e) {
      requireOpen();
      Optional<BackendException> refused = refusal();
      if (refused.isPresent()) {
        throw refused.get();
      }
      if (isJoining()) {
        throw isForming() ? errors.joining() : errors.outOfReach();
      }
      // A call to a member that is gone takes its time to fail: what matters is that it is gone.
      Optional<BackendUnavailableException> lacking = tooFew();
      if (lacking.isPresent()) {
        throw lacking.get();
      }
      throw new BackendUnavailableException(
          "%s did not answer in time (%s, %s)"
              .formatted(
                  settings.place(),
                  settings.key(HazelcastSettings.CONNECT_TIMEOUT),
                  settings.key(HazelcastSettings.COMMAND_TIMEOUT)));
    } catch (ExecutionException e) {
      requireOpen();
      throw errors.translate(e.getCause() == null ? e : e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized boolean isJoining() {
    return joined != null && !joined.ready.isDone();
  }

  private synchronized Optional<BackendException> refusal() {
    return joined == null
        ? Optional.empty()
        : Optional.of(joined).filter(j -> j.refused).map(j -> errors.refused());
  }

  private synchronized Future<HazelcastInstance> joined() {
    requireOpen();
    if (joined == null || joined.mayBeReplaced()) {
      Joined fresh = new Joined();
      joined = fresh;
      threads.execute(() -> join(fresh));
    }
    return joined.ready;
  }

  private void join(Joined fresh) {
    try {
      if (settings.mode() == HazelcastSettings.Mode.MEMBER) {
        HazelcastInstance member = Hazelcast.newHazelcastInstance(GridConfig.member(settings));
        keep(fresh, member);
        member.getLifecycleService().addLifecycleListener(e -> turn(fresh, e.getState()));
        fresh.ready.complete(member);
        turned.accept(true);
        return;
      }
      LifecycleListener turns = e -> turn(fresh, e.getState());
      HazelcastInstance client =
          HazelcastClient.newHazelcastClient(
              GridConfig.client(settings, clock(), fresh.name, turns, new Refusals(fresh)));
      keep(fresh, client);
    } catch (RuntimeException | LinkageError e) {
      fresh.end();
      fresh.ready.completeExceptionally(e);
    }
  }

  /** Of a backend that was closed meanwhile nothing is left. */
  private void keep(Joined fresh, HazelcastInstance instance) {
    boolean late;
    synchronized (this) {
      fresh.instance = instance;
      late = closed;
    }
    if (late) {
      instance.getLifecycleService().terminate();
      throw closed();
    }
  }

  /** Hears that the cluster does not want this client, which no exception tells. */
  private record Refusals(Joined joined) implements ClientConnectionProcessListener {

    @Override
    public void credentialsFailed(Address member) {
      joined.refused = true;
    }

    @Override
    public void clientNotAllowedInCluster(Address member) {
      joined.refused = true;
    }
  }

  private void turn(Joined fresh, LifecycleState state) {
    switch (state) {
      case CLIENT_CONNECTED -> {
        fresh.refused = false;
        if (!isClosed()) {
          threads.execute(
              () -> {
                complete(fresh);
                turned.accept(true);
              });
        }
      }
      case CLIENT_DISCONNECTED, MERGING -> turned.accept(false);
      case MERGED -> {
        if (!isClosed()) {
          threads.execute(() -> turned.accept(true));
        }
      }
      case SHUTTING_DOWN, SHUTDOWN -> {
        fresh.end();
        fresh.ready.completeExceptionally(fresh.refused ? errors.refused() : errors.outOfReach());
      }
      default -> {}
    }
  }

  /** It may be connected before the library has handed it out. */
  private static void complete(Joined fresh) {
    long end = System.nanoTime() + LONGEST_END.toNanos();
    HazelcastInstance instance = fresh.instance;
    while (instance == null && System.nanoTime() < end) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      instance = fresh.instance;
    }
    if (instance != null) {
      fresh.ready.complete(instance);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  /** What is thrown after the end. */
  IllegalStateException closed() {
    return new IllegalStateException(
        "the backend " + settings.config().instance() + " is closed: open another one");
  }

  /** For tests: ends as a process does that is killed. */
  void vanish() {
    HazelcastInstance instance;
    synchronized (this) {
      instance = joined == null ? null : joined.instance;
    }
    if (instance != null) {
      instance.getLifecycleService().terminate();
    }
    close();
  }

  /** Ends every thread and connection; what waits for an answer ends too. */
  @Override
  public void close() {
    HazelcastInstance instance;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      instance = joined == null ? null : joined.instance;
    }
    if (instance != null) {
      Future<?> end =
          threads.submit(
              () -> {
                if (settings.mode() == HazelcastSettings.Mode.MEMBER) {
                  instance.getLifecycleService().shutdown();
                } else {
                  instance.getLifecycleService().terminate();
                }
              });
      quietly(end);
    }
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      boolean unused = threads.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void quietly(Future<?> end) {
    boolean interrupted = Thread.interrupted();
    try {
      end.get(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException e) {
      // As far as the library ends at all.
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
