package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.StepContext;
import io.autoinit.StepPolicy;
import io.autoinit.core.settings.Pace;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Poll;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.InMemoryBackend;
import io.autoinit.tck.InMemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A fleet on virtual time: members with a lock store that keeps a ledger and a volatile signal, as
 * in the reference pairing, and a history of what their steps did.
 */
final class Fleet {

  static final Pace PACE = Pace.STANDARD;

  /** A moment of a step's work. */
  record Work(String member, String step, String what, Duration at) {}

  /** How a member ended. */
  record End(@Nullable PhaseResult result, @Nullable Throwable thrown, Duration at) {
    PhaseResult done() {
      if (result == null) {
        throw new AssertionError("the member did not end well", thrown);
      }
      return result;
    }
  }

  final VirtualTimeline timeline;
  final InMemoryStore lockStore;
  final InMemoryStore signalStore;
  final List<Work> history = new ArrayList<>();
  final Map<String, End> ends = new LinkedHashMap<>();
  final List<InitEvent> events = new ArrayList<>();
  final Map<String, Integer> halted = new LinkedHashMap<>();
  private Consumer<InitEvent> reaction = event -> {};
  private boolean halts;
  private boolean keepsLedger = true;
  private Duration subscribing = Duration.ZERO;
  private Duration granting = Duration.ZERO;
  private Optional<Duration> turns = Optional.empty();
  private boolean publishes = true;
  private Duration silence = Duration.ZERO;
  private Consumer<String> answered = operation -> {};

  /** How often each member has looked. */
  final Map<String, Integer> looks = new LinkedHashMap<>();

  private boolean waitsWhileProgressing;
  final Map<String, List<InitEvent>> eventsOf = new LinkedHashMap<>();

  Fleet(long seed) {
    timeline = new VirtualTimeline(seed);
    lockStore = InMemoryStore.builder().clock(() -> timeline.now().toNanos()).build();
    signalStore =
        InMemoryStore.builder().clock(() -> timeline.now().toNanos()).volatileReadiness().build();
  }

  /** Members that may halt their JVM, as the command does. */
  Fleet halting() {
    halts = true;
    return this;
  }

  /** Something that happens at once when a member tells an event. */
  Fleet reacting(Consumer<InitEvent> what) {
    reaction = what;
    return this;
  }

  /** A lock store that keeps nothing but locks. */
  Fleet withoutLedger() {
    keepsLedger = false;
    return this;
  }

  /** A signal to which it takes long to subscribe. */
  Fleet subscribingFor(Duration duration) {
    subscribing = duration;
    return this;
  }

  /** A signal that gives no hints, and turns that are so far apart. */
  Fleet polledEvery(Duration turn) {
    turns = Optional.of(turn);
    return this;
  }

  /** Members that wait for as long as the leader gets on. */
  Fleet waitingWhileProgressing() {
    waitsWhileProgressing = true;
    return this;
  }

  /** Stores that can be read, and claimed in, but that take no record of a leader. */
  void publishes(boolean does) {
    publishes = does;
  }

  /** A lock store whose answer to an attempt takes long. */
  Fleet grantingFor(Duration duration) {
    granting = duration;
    return this;
  }

  /** Stores of which it takes long to find out that they do not answer. */
  Fleet silentFor(Duration duration) {
    silence = duration;
    return this;
  }

  /** Something that happens at once when a store has answered, given the operation. */
  Fleet answered(Consumer<String> what) {
    answered = what;
    return this;
  }

  /** A step that works in ticks of a tenth of a second and says so in the history. */
  InitStep step(Phase phase, String name, Duration work) {
    return step(
        phase, name, StepPolicy.of(phase), (member, context) -> tick(member, name, context, work));
  }

  interface Body {
    void run(String member, StepContext context) throws Exception;
  }

  InitStep step(Phase phase, String name, StepPolicy policy, Body body) {
    return new FleetStep(phase, name, policy, body);
  }

  /** What a step of a fleet does knows who runs it only when it is run. */
  private record FleetStep(Phase phase, String name, StepPolicy policy, Body body)
      implements InitStep {
    @Override
    public void run(StepContext context) {
      throw new IllegalStateException("run by a member");
    }
  }

  void tick(String member, String step, StepContext context, Duration work) throws Exception {
    log(member, step, "began");
    Timeline time = timeline.node(member);
    for (Duration left = work; left.compareTo(Duration.ZERO) > 0; left = left.minusMillis(100)) {
      time.sleep(Duration.ofMillis(100));
      context.requireHeld();
      log(member, step, "worked");
    }
    log(member, step, "done");
  }

  void log(String member, String step, String what) {
    history.add(new Work(member, step, what, sinceStart()));
  }

  Duration sinceStart() {
    return timeline.now().minus(Duration.ofDays(1));
  }

  End end(String member) {
    return java.util.Objects.requireNonNull(ends.get(member), member + " has not ended");
  }

  long count(String step, String what) {
    return history.stream().filter(w -> w.step().equals(step) && w.what().equals(what)).count();
  }

  /** Lets a member run its infrastructure phase at a moment. */
  void infrastructure(
      String member, String runId, Duration at, Duration timeout, InitStep... steps) {
    member(
        member,
        runId,
        at,
        timeout,
        start ->
            new InfrastructurePhase(start, board(start, member), locks(member), own(member, steps))
                .run());
  }

  /** Lets a member run its node phase at a moment. */
  void node(
      String member,
      String node,
      String runId,
      Duration at,
      Duration timeout,
      boolean fatal,
      InitStep... steps) {
    member(
        member,
        runId,
        at,
        timeout,
        start ->
            new NodePhase(
                    start,
                    Optional.of(board(start, member)),
                    locks(member),
                    new Store<>(
                        "markers",
                        () ->
                            interleaved(
                                MarkerStore.class, open(lockStore, member).markers().orElseThrow()),
                        start.events()),
                    store ->
                        new MarkerKey(
                            start.run().namespace(), new NodeId(node), start.run().runId()),
                    own(member, steps),
                    fatal)
                .run());
  }

  private interface Body2 {
    PhaseResult run(Start start) throws InterruptedException;
  }

  private void member(String member, String runId, Duration at, Duration timeout, Body2 body) {
    Timeline time = timeline.node(member);
    timeline.start(
        member,
        () -> {
          PhaseResult result = null;
          Throwable thrown = null;
          try {
            time.sleep(at);
            result = body.run(start(member, time, runId, timeout));
          } catch (Throwable e) {
            thrown = e;
          }
          ends.put(member, new End(result, thrown, sinceStart()));
        });
  }

  private Start start(String member, Timeline time, String runId, Duration timeout) {
    Consumer<InitEvent> heard = eventsOf.computeIfAbsent(member, m -> new ArrayList<>())::add;
    return new Start(
        new RunKey(Namespace.DEFAULT, new RunId(runId)),
        member,
        PACE,
        time,
        Events.direct(
            List.of(
                event -> {
                  heard.accept(event);
                  events.add(event);
                  reaction.accept(event);
                })),
        waitsWhileProgressing
            ? Deadline.whileProgressing(time, timeout)
            : Deadline.in(time, timeout),
        halts
            ? Optional.of(
                code -> {
                  halted.put(member, code);
                  timeline.kill(member);
                  open(lockStore, member).abandon();
                  timeline.point();
                })
            : Optional.empty(),
        text -> text);
  }

  private List<InitStep> own(String member, InitStep... steps) {
    List<InitStep> own = new ArrayList<>();
    for (InitStep step : steps) {
      FleetStep fleetStep = (FleetStep) step;
      own.add(
          new InitStep() {
            @Override
            public String name() {
              return fleetStep.name();
            }

            @Override
            public Phase phase() {
              return fleetStep.phase();
            }

            @Override
            public StepPolicy policy() {
              return fleetStep.policy();
            }

            @Override
            public void run(StepContext context) throws Exception {
              fleetStep.body().run(member, context);
            }
          });
    }
    return own;
  }

  private final Map<String, InMemoryBackend> opened = new LinkedHashMap<>();

  InMemoryBackend open(InMemoryStore store, String member) {
    String key = (store == lockStore ? "lock/" : "signal/") + member;
    return opened.computeIfAbsent(key, k -> store.open(member));
  }

  private Store<LockProvider> locks(String member) {
    return new Store<>(
        "locks",
        () -> interleaved(LockProvider.class, open(lockStore, member).locks().orElseThrow()),
        Events.direct(List.of(events::add)));
  }

  private Board board(Start start, String member) {
    return new Board(
        start.run(),
        start.timeline(),
        new Store<>("signal", () -> readiness(signalStore, member), start.events()),
        new Store<>(
            "locks",
            () -> keepsLedger ? readiness(lockStore, member) : Optional.empty(),
            start.events()));
  }

  private Optional<ReadinessStore> readiness(InMemoryStore store, String member) {
    ReadinessStore readiness =
        interleaved(ReadinessStore.class, open(store, member).readiness().orElseThrow());
    return Optional.of(turns.map(turn -> polled(readiness, member, turn)).orElse(readiness));
  }

  private ReadinessStore polled(ReadinessStore store, String member, Duration turn) {
    return ReadinessStore.class.cast(
        Proxy.newProxyInstance(
            ReadinessStore.class.getClassLoader(),
            new Class<?>[] {ReadinessStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("watch")) {
                return Watch.NONE;
              }
              try {
                Object answer = method.invoke(store, arguments);
                if (answer instanceof Poll poll) {
                  looks.merge(member, 1, Integer::sum);
                  return new Poll(poll.found(), turn);
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** At every operation of a store another member may go, before and after it. */
  private <T> T interleaved(Class<T> type, T store) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              timeline.point();
              if (method.getName().equals("watch") && !subscribing.isZero()) {
                timeline.node("").sleep(subscribing);
              }
              if (method.getName().equals("publish") && !publishes) {
                throw new BackendUnavailableException("the disk is full");
              }
              try {
                Object answer = method.invoke(store, arguments);
                answered.accept(method.getName());
                return answer;
              } catch (InvocationTargetException e) {
                if (e.getCause() instanceof BackendUnavailableException && !silence.isZero()) {
                  timeline.node("").sleep(silence);
                }
                throw e.getCause();
              } finally {
                if (method.getName().equals("tryAcquire") && !granting.isZero()) {
                  timeline.node("").sleep(granting);
                }
                timeline.point();
              }
            }));
  }
}
