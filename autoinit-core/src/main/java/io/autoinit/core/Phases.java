package io.autoinit.core;

import io.autoinit.AutoInitException;
import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.StepFailedException;
import io.autoinit.core.file.FileBackendProvider;
import io.autoinit.core.protocol.Board;
import io.autoinit.core.protocol.ByHand;
import io.autoinit.core.protocol.Deadline;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.protocol.InfrastructurePhase;
import io.autoinit.core.protocol.Insight;
import io.autoinit.core.protocol.NodePhase;
import io.autoinit.core.protocol.Patience;
import io.autoinit.core.protocol.PhaseResult;
import io.autoinit.core.protocol.Preview;
import io.autoinit.core.protocol.ReadyWait;
import io.autoinit.core.protocol.Start;
import io.autoinit.core.protocol.Store;
import io.autoinit.core.protocol.Timeline;
import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Settings;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Reach;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gives the phases the stores that the settings name. */
final class Phases {

  /** The node of everybody who sees a store that belongs to one node. */
  private static final NodeId LOCAL = new NodeId("local");

  private final Settings settings;
  private final Assembly.Identity identity;
  private final Map<Phase, List<InitStep>> steps;
  private final Backends backends;
  private final Timeline timeline;
  private final Events events;
  private final Redaction redaction;
  private final Optional<IntConsumer> halt;
  private final RunKey run;
  private final EndHooks hooks;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicBoolean unconfigured = new AtomicBoolean();
  private final Set<String> toldOfStandstill = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicReference<Optional<BackendUnavailableException>>> troubles =
      new ConcurrentHashMap<>();
  private final Patience waiting;
  private final Patience looking;
  private @Nullable Deadline look;
  private @Nullable Start start;
  private boolean ready;

  Phases(
      Settings settings,
      Assembly.Identity identity,
      Map<Phase, List<InitStep>> steps,
      Backends backends,
      Timeline timeline,
      Events events,
      Redaction redaction,
      Optional<IntConsumer> halt) {
    this.settings = settings;
    this.identity = identity;
    this.steps = steps;
    this.backends = backends;
    this.timeline = timeline;
    this.events = events;
    this.redaction = redaction;
    this.halt = halt;
    this.run = new RunKey(settings.namespace(), settings.runId());
    this.waiting =
        new Patience(
            timeline,
            () -> start().deadline(),
            backends::givenUp,
            backends::ended,
            backends::waitsFor);
    this.looking =
        new Patience(
            timeline, this::endOfLook, backends::givenUp, backends::ended, backends::waitsFor);
    this.hooks = new EndHooks(settings, run, timeline, events, redaction);
  }

  Outcome run(Phase phase) throws InterruptedException {
    Duration began = timeline.now();
    events.tell(
        new InitEvent.PhaseStarted(
            phase,
            run.namespace(),
            run.runId(),
            stepsOf(phase).stream().map(InitStep::name).toList()));
    try {
      PhaseResult result = phase == Phase.INFRASTRUCTURE ? lead() : work();
      ready = true;
      return new Outcome(phase, result.ran(), result.skipped(), result.failed());
    } catch (InterruptedException e) {
      events.tell(
          new InitEvent.PhaseFailed(phase, "it was interrupted", timeline.now().minus(began)));
      throw e;
    } catch (AutoInitException e) {
      events.tell(
          new InitEvent.PhaseFailed(
              phase, redaction.apply(e.getMessage()), timeline.now().minus(began)));
      throw e;
    }
  }

  private PhaseResult lead() throws InterruptedException {
    InfrastructurePhase infrastructure = infrastructure();
    try {
      PhaseResult result = infrastructure.run();
      if (infrastructure.published()) {
        hooks.ready();
      }
      return result;
    } catch (StepFailedException e) {
      if (infrastructure.worked()) {
        hooks.failed(Phase.INFRASTRUCTURE, e);
      }
      throw e;
    }
  }

  private PhaseResult work() throws InterruptedException {
    NodePhase node = node();
    try {
      return node.run();
    } catch (StepFailedException e) {
      if (node.worked()) {
        hooks.failed(Phase.NODE, e);
      }
      throw e;
    }
  }

  private List<InitStep> stepsOf(Phase phase) {
    return steps.getOrDefault(phase, List.of());
  }

  private InfrastructurePhase infrastructure() {
    warnOfPlacement();
    warnIfThereIsNothingToDo();
    return new InfrastructurePhase(
        start(), board(waiting), locksOfLeader(), stepsOf(Phase.INFRASTRUCTURE));
  }

  private Store<LockProvider> locksOfLeader() {
    BackendInstance locks = settings.instance(Role.LOCKS);
    return store(
        locks,
        () -> {
          LockProvider provider = facet(locks, Backend::locks);
          warnOfStandstill(locks, Placement.Reliant.LEADER);
          if (ledger().isEmpty()) {
            // The signal proves that this member leads; it is open, since the claim lies there.
            warnOfStandstill(settings.instance(Role.READINESS), Placement.Reliant.LEADER);
          }
          warnOfGuarantee(locks, provider);
          return provider;
        },
        waiting);
  }

  private Store<LockProvider> locksOfNode() {
    BackendInstance locks = placeOfNodeLocks();
    return store(
        locks,
        () -> {
          LockProvider provider = facet(locks, Backend::locks);
          warnOfStandstill(locks, Placement.Reliant.NODE);
          return provider;
        },
        waiting);
  }

  private NodePhase node() {
    return new NodePhase(
        start(),
        ready ? Optional.empty() : Optional.of(board(waiting)),
        locksOfNode(),
        store(markers(), Backend::markers, waiting),
        this::markerKey,
        stepsOf(Phase.NODE),
        settings.fatalOnError());
  }

  /**
   * Makes sure that this node may leave its marker in files, before anything has run for it; one
   * that has left it needs to write nothing.
   *
   * @throws io.autoinit.spi.BackendRefusedException if it may not, and never will
   */
  void requireMarking() {
    BackendInstance instance = markers();
    if (!instance.provider().type().equals(BackendInstance.FILE)) {
      return;
    }
    MarkerStore markers = facet(instance, Backend::markers);
    MarkerKey key = markerKey(markers);
    try {
      if (markers.find(key).isEmpty()) {
        FileBackendProvider.tryToMark(instance.config(), key);
      }
    } catch (BackendUnavailableException e) {
      // It may pass: the node phase tries until the deadline.
      events.tell(
          new InitEvent.Warned(
              "The marker of this node cannot be written now: " + redaction.apply(e.getMessage())));
    }
  }

  /** Each question of who looks has the whole timeout, whatever was asked before it. */
  void beginLook() {
    look = Deadline.in(timeline, settings.timeout());
  }

  private Deadline endOfLook() {
    Deadline end = look;
    return end == null ? start().deadline() : end;
  }

  Plan plan() {
    beginLook();
    RunStatus status = statuses().look();
    Preview preview =
        new Preview(
            board(looking),
            nodeLocks(),
            store(markers(), Backend::markers, looking),
            this::markerKey);
    // Who is READY asks no other store, and neither does a start.
    Preview.Recorded recorded =
        status
            .record()
            .filter(seen -> seen.value().isReady())
            .map(seen -> new Preview.Recorded(Optional.of(seen), seen.value().completed()))
            .orElseGet(preview::recorded);
    return new Planner(status, recorded, preview.node(), redaction)
        .plan(
            preview.markersName(),
            stepsOf(Phase.INFRASTRUCTURE),
            stepsOf(Phase.NODE),
            settings.absences());
  }

  /** Waits for READY and takes no part. */
  void awaitReady() throws InterruptedException {
    Duration began = timeline.now();
    Board board = board(waiting);
    Optional<Readiness> ready =
        new ReadyWait(
                start(),
                Phase.INFRASTRUCTURE,
                board,
                () -> {
                  warnIfNothingIsConfigured();
                  return OtherRuns.told(run.runId(), statuses(board).others());
                })
            .run();
    events.tell(
        new InitEvent.PhaseSkipped(
            Phase.INFRASTRUCTURE,
            "run %s is READY%s"
                .formatted(run.inWords(), ready.map(r -> " by " + r.holder()).orElse("")),
            timeline.now().minus(began)));
  }

  private BackendInstance markers() {
    return settings.instance(Role.MARKERS);
  }

  private Store<LockProvider> nodeLocks() {
    return store(placeOfNodeLocks(), Backend::locks, looking);
  }

  private BackendInstance placeOfNodeLocks() {
    BackendInstance markers = markers();
    return markers.offers(Role.LOCKS) ? markers : settings.instance(Role.LOCKS);
  }

  ByHand byHand() {
    beginLook();
    return new ByHand(start(), board(looking), infrastructureLocks());
  }

  Statuses statuses() {
    return statuses(board(looking));
  }

  private Statuses statuses(Board board) {
    return new Statuses(
        run,
        new Insight(
            start(),
            board,
            infrastructureLocks(),
            store(settings.instance(Role.MARKERS), Backend::markers, looking)),
        timeline,
        settings.pace().takeoverDelay(),
        redaction,
        this::warnIfNothingIsConfigured);
  }

  /** Shared by the phases of one command: its deadline counts from the first of them. */
  private Start start() {
    if (start == null) {
      start =
          new Start(
              run,
              identity.client(),
              settings.pace(),
              timeline,
              events,
              settings.waitWhileProgressing()
                  ? Deadline.whileProgressing(timeline, settings.timeout())
                  : Deadline.in(timeline, settings.timeout()),
              halt,
              redaction);
    }
    return start;
  }

  private Board board(Patience patience) {
    BackendInstance signal = settings.instance(Role.READINESS);
    BackendInstance locks = settings.instance(Role.LOCKS);
    return new Board(
        run,
        timeline,
        store(signal, () -> Optional.of(facet(signal, Backend::readiness)), patience),
        store(locks, this::ledger, patience));
  }

  private Optional<ReadinessStore> ledger() {
    BackendInstance locks = settings.instance(Role.LOCKS);
    boolean apart = !locks.equals(settings.instance(Role.READINESS));
    return apart && locks.offers(Role.READINESS)
        ? Optional.of(facet(locks, Backend::readiness)).filter(ReadinessStore::durable)
        : Optional.empty();
  }

  private Store<LockProvider> infrastructureLocks() {
    return store(settings.instance(Role.LOCKS), Backend::locks, looking);
  }

  private <F> Store<F> store(
      BackendInstance instance, Function<Backend, Optional<F>> facet, Patience patience) {
    return store(instance, () -> facet(instance, facet), patience);
  }

  /** What is wrong with a backend is told once, whichever of its facets met it. */
  private <F> Store<F> store(BackendInstance instance, Supplier<F> facet, Patience patience) {
    return new Store<>(
        instance.name(),
        facet,
        events,
        troubles.computeIfAbsent(instance.name(), name -> new AtomicReference<>(Optional.empty())),
        patience == waiting ? () -> tellWarnings(instance) : () -> {},
        patience);
  }

  /** Only at a start: who asks wants the answer, and a store takes time to be looked at. */
  private void tellWarnings(BackendInstance instance) {
    backends.tellWarnings(instance, instance.equals(settings.instance(Role.LOCKS)));
  }

  private <F> F facet(BackendInstance instance, Function<Backend, Optional<F>> facet) {
    return backends.facet(instance, facet);
  }

  private MarkerKey markerKey(MarkerStore markers) {
    NodeId node = markers.reach() == Reach.NODE ? LOCAL : settings.nodeId().orElse(identity.node());
    return new MarkerKey(run.namespace(), node, run.runId());
  }

  private void warnOfStandstill(BackendInstance instance, Placement.Reliant reliant) {
    if (toldOfStandstill.add(instance.name())) {
      Duration still = backends.longestStandstill(instance);
      Placement.ofStandstill(instance, still, settings.pace(), reliant)
          .ifPresent(found -> events.tell(new InitEvent.Warned(found.sentence())));
    }
  }

  private void warnOfGuarantee(BackendInstance locks, LockProvider provider) {
    if (warned.compareAndSet(false, true)) {
      Placement.ofGuarantee(locks, provider.guarantee())
          .ifPresent(found -> events.tell(new InitEvent.Warned(found.sentence())));
    }
  }

  /** In the wrong directory, perhaps: others would find the run READY, and do nothing either. */
  private void warnIfThereIsNothingToDo() {
    boolean shared =
        !settings.instance(Role.READINESS).provider().type().equals(BackendInstance.FILE);
    if ((shared || settings.noFile().isPresent())
        && steps.values().stream().allMatch(List::isEmpty)) {
      events.tell(
          new InitEvent.Warned(
              "There are no steps, neither configured nor in code%s, and run %s becomes READY for all members without any: see whether this is the right directory and configuration"
                  .formatted(settings.noFile().map(" (%s)"::formatted).orElse(""), run.inWords())));
    }
  }

  /** Who finds nothing recorded may look in the wrong place. */
  private void warnIfNothingIsConfigured() {
    boolean files =
        Stream.of(Role.values())
            .allMatch(r -> settings.instance(r).provider().type().equals(BackendInstance.FILE));
    if (files && settings.noFile().isPresent() && unconfigured.compareAndSet(false, true)) {
      events.tell(
          new InitEvent.Warned(
              "Nothing is recorded in files below %s, and nothing else is configured: %s"
                  .formatted(settings.markerDir(), settings.noFile().get())));
    }
  }

  private void warnOfPlacement() {
    Placement.ofReadiness(settings.instance(Role.READINESS), settings.instance(Role.LOCKS))
        .ifPresent(found -> events.tell(new InitEvent.Warned(found.sentence())));
  }
}
