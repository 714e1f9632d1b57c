package io.autoinit.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Mistakes in the code that the simulation must find: each replaces some text, which must stand
 * there once, in a copy of a source.
 */
enum SownFault {
  NO_FENCE(
      "the store takes records of a stale leader",
      Rule.STALE_NEVER_PUBLISHES,
      in(
          "InMemoryStore",
          "boolean fencedOff = next.token() < fences.getOrDefault(next.run(), Long.MIN_VALUE);",
          "boolean fencedOff = false;")),
  READY_OVERWRITTEN(
      "the store takes records over READY",
      Rule.READY_IS_FINAL,
      in("InMemoryStore", "fencedOff || isReady(next.run())", "fencedOff")),
  TOKENS_STAND_STILL(
      "the store gives the same token again",
      Rule.TOKENS_GROW,
      in("InMemoryStore", "ttl, ++lastToken)", "ttl, Math.max(1, lastToken))")),
  READY_HEARD_IN_ANYTHING(
      "a waiter takes each hint of a change for READY",
      Rule.READY_IS_TRUE,
      in("Watchpost", "if (hint == Hint.READY) {", "if (hint != Hint.BEAT) {")),
  NOT_READ_UNDER_LOCK(
      "a leader does not read again under the lock",
      Set.of(Rule.NOT_REPEATED, Rule.NO_OVERLAP, Rule.EVERY_NODE_ENDS),
      in(
          "InfrastructurePhase",
          "return board.readAll();",
          """
          Board.Known read = board.readAll();
          return new Board.Known(read.evidence(), List.of(), read.asked());""")),
  LEDGER_NOT_READ(
      "a leader does not read the ledger",
      Set.of(Rule.NOT_REPEATED, Rule.NO_OVERLAP, Rule.EVERY_NODE_ENDS),
      in(
          "Board",
          "new Known(recorded, all, List.of(ledger.name(), signal.name()))",
          """
          new Known(
              recorded, signalled.map(List::of).orElse(List.of()), List.of(signal.name()))""")),
  COMPLETED_FORGOTTEN(
      "a successor repeats what its predecessor completed",
      Rule.NOT_REPEATED,
      in("InfrastructurePhase", "steps, known.completed(), began)", "steps, List.of(), began)")),
  HEARTBEAT_IGNORED(
      "the heartbeat is ignored: a record keeps nobody away, however young",
      Rule.NO_OVERLAP,
      in("Look", "return pace.takeoverDelay().minus(seen.age());", "return Duration.ZERO;")),
  NO_TAKEOVER_DELAY(
      "the takeover delay is 0: a successor begins as soon as it has the lock",
      Rule.NO_OVERLAP,
      in(
          "InfrastructurePhase",
          ".filter(s -> !(s.value() instanceof Readiness.Claimed))",
          ".filter(s -> s.value() instanceof Readiness.Failed)")),
  SILENCE_IGNORED(
      "nobody takes over from a leader whose heartbeat has stopped",
      Rule.EVERY_NODE_ENDS,
      in("Look", "return pace.takeoverDelay().minus(seen.age());", "return FOREVER;")),
  RETRY_AT_ONCE(
      "a failure is tried again at once",
      Rule.RETRY_NOT_EARLY,
      in("Look", "return failed.retryAfter().minus(seen.age());", "return Duration.ZERO;")),
  FAILURE_UNDER_LOCK_IGNORED(
      "a candidate that reads under the lock how its leader failed tries again",
      Rule.FAILURE_ENDS_WAIT,
      in("Watchpost", "return last.filter(seen -> isNews(failure));", "return Optional.empty();")),
  ALL_FAILURES_ARE_NEWS(
      "a failure ends also who came after it",
      Rule.EVERY_NODE_ENDS,
      in("Watchpost", "if (age.compareTo(at.minus(cameAt)) > 0) {", "if (false) {")),
  STEP_NOT_TOLD(
      "`requireHeld()` of a step never throws",
      Rule.STALE_NEVER_BELIEVES,
      in("RunningStep", "if (cancelled) {\n      throw", "if (false) {\n      throw"),
      in("RunningStep", "    leadership.requireHeld();\n", "")),
  HELD_UNCHECKED(
      "`requireHeld()` of a leader never throws",
      Rule.EVERY_NODE_ENDS,
      in(
          "Leadership",
          "if (!held()) {\n      throw new LeaseLost",
          "if (false) {\n      throw new LeaseLost")),
  STEP_NOT_STOPPED(
      "a leader that lost its lease does not stop its step",
      Set.of(Rule.NO_OVERLAP, Rule.NOTHING_LEFT),
      in("StepRunner", "cancel(running, LEASE_LOST, \"its lease is lost\");", "")),
  NOT_HALTED(
      "a process does not halt although its step does not stop",
      Rule.NO_OVERLAP,
      in("StepRunner", "start.halt().ifPresent(halt -> halt.accept(exitCode));", "")),
  NO_ROOM_FOR_GRACE(
      "a lease is believed in for the whole takeover delay",
      Rule.NO_OVERLAP,
      in("Pace", "takeoverDelay.minus(cancelGrace).minus(", "takeoverDelay.minus(")),
  NO_ROOM_FOR_CLOCKS(
      "the validity of a lease leaves no room for clocks that differ",
      Rule.NO_OVERLAP,
      in("Pace", ".minus(takeoverDelay.dividedBy(SHARE_FOR_CLOCKS))", "")),
  AS_LONG_AS_THE_STORE(
      "a lease is believed in for as long as the store keeps it",
      Set.of(Rule.NO_OVERLAP, Rule.STALE_NEVER_BELIEVES),
      in(
          "Pace",
          "return takeoverDelay.minus(cancelGrace).minus(takeoverDelay.dividedBy(SHARE_FOR_CLOCKS));",
          "return leaseTtl;")),
  COUNTED_FROM_THE_ANSWER(
      "validity is counted from the answer of the store",
      Rule.NO_OVERLAP,
      in("Leadership", "renewedAt = sent;", "renewedAt = start.timeline().now();"),
      in(
          "Leadership",
          "evidentAt = sent;\n    proven = new Proven(current",
          "evidentAt = start.timeline().now();\n    proven = new Proven(current")),
  CLAIM_IS_ENOUGH(
      "a claim is treated as the lock",
      Rule.NO_OVERLAP,
      in(
          "InfrastructurePhase",
          "l -> l.tryAcquire(lock, start.pace().leaseTtl()),",
          """
          l ->
              Optional.<Lease>of(
                  new Lease() {
                    final long token = start.timeline().now().toMillis();
                    @Override public long token() { return token; }
                    @Override public boolean renew() { return true; }
                    @Override public void close() {}
                  }),
          """)),
  FIRST_RECORD_UNCONDITIONAL(
      "a leader's first record is written over whatever stands there",
      Set.of(Rule.NO_OVERLAP, Rule.RETRY_NOT_EARLY),
      in(
          "Pen",
          "if (published(read, first)) {",
          """
          Optional<Observed<Readiness>> over =
              paper.ask(store -> store.publish(Publication.overAnything(first)));
          over.ifPresent(o -> { seen = Optional.of(o.revision()); looked = true; });
          if (over.isPresent()) {""")),
  EARLIER_TRY_COUNTS(
      "a first record whose answer was lost is taken to be as young as its next try",
      Rule.NO_OVERLAP,
      in(
          "Pen",
          "return write(first) ? Opening.WRITTEN : Opening.REFUSED;",
          "return Opening.WRITTEN;")),
  RECORDS_UNCONDITIONAL(
      "a leader's later records are written over whatever stands there",
      Set.of(Rule.NOT_REPEATED, Rule.NO_OVERLAP, Rule.RETRY_NOT_EARLY),
      in(
          "Pen",
          "while (!published(seen, next)) {",
          """
          Optional<Observed<Readiness>> over =
              paper.ask(store -> store.publish(Publication.overAnything(next)));
          over.ifPresent(o -> seen = Optional.of(o.revision()));
          while (over.isEmpty() && !published(seen, next)) {""")),
  READY_BEFORE_STEPS(
      "READY is published before the steps",
      Rule.READY_IS_TRUE,
      in(
          "InfrastructureWork",
          "for (InitStep step : steps) {\n        inWork",
          """
          leadership.announce(
              new Readiness.Ready(start.run(), leadership.token(), start.holder(), completed()));
          for (InitStep step : steps) {
            inWork""")),
  NODE_BEFORE_READY(
      "the node phase does not wait for READY",
      Rule.NODE_AFTER_READY,
      in("NodePhase", "if (board.isPresent()) {", "if (false) {")),
  LEDGER_NOT_ASKED(
      "a member that only waits does not ask the ledger when the signal has lost READY",
      Rule.EVERY_NODE_ENDS,
      in("ReadyWait", "if (nobodyLeads(look) &&", "if (false &&")),
  MARKER_BEFORE_STEPS(
      "the marker is written before the steps",
      Rule.MARKERS_MATCH,
      in(
          "NodePhase",
          "for (InitStep step : steps) {",
          """
          for (InitStep step : steps) {
            outcomes.put(step.name(), new StepOutcome(Duration.ZERO, Optional.empty()));
          }
          markers.ask("", m -> {
            m.put(new Marker(mine, start.holder(), outcomes));
            return true;
          });
          for (InitStep step : steps) {
          """)),
  MARKER_NOT_READ_UNDER_LOCK(
      "the marker is not read again under the lock of the node",
      Rule.NODE_NOT_REPEATED,
      in(
          "NodePhase",
          "Optional<Marker> marker = findMarker(mine);\n      if",
          "Optional<Marker> marker = before;\n      if")),
  LEASE_KEPT(
      "a lease is not given back at the end",
      Rule.NOTHING_LEFT,
      in("Leadership", "release();\n      if (lost == null)", "if (lost == null)")),
  LATE_LEASE_KEPT(
      "a lock that is granted after its caller was given up is kept",
      Rule.NOTHING_LEFT,
      in("InfrastructurePhase", "late -> late.ifPresent(Lease::close));", "late -> {});"),
      in("NodePhase", "late -> late.ifPresent(Lease::close)));", "late -> {}));"));

  /** Some text of one source and what it is replaced by. */
  record Edit(String type, String text, String replacement) {}

  private final String what;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Rule> rules;

  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Edit> edits;

  SownFault(String what, Rule rule, Edit... edits) {
    this(what, Set.of(rule), edits);
  }

  SownFault(String what, Set<Rule> rules, Edit... edits) {
    this.what = what;
    this.rules = Set.copyOf(rules);
    this.edits = List.of(edits);
  }

  private static Edit in(String type, String text, String replacement) {
    return new Edit(type, text, replacement);
  }

  String what() {
    return what;
  }

  /** The rules by which it is known. */
  Set<Rule> rules() {
    return rules;
  }

  List<Edit> edits() {
    return edits;
  }

  /** Where the sources are that it may spoil. */
  static List<Path> sources() {
    Path core = Path.of("..", "autoinit-core", "src", "main", "java", "io", "autoinit", "core");
    return List.of(
        core.resolve("protocol"),
        core.resolve("settings"),
        Path.of("..", "autoinit-tck", "src", "main", "java", "io", "autoinit", "tck"));
  }
}
