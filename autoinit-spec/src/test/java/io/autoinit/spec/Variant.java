package io.autoinit.spec;

import java.util.List;
import java.util.regex.Matcher;

/**
 * The protocol spoilt in one place: TLC must find that a property no longer holds. Each begins as a
 * model that holds.
 */
enum Variant {
  NO_FENCING(
      "a stale leader publishes: its store checks no token",
      Model.TIME,
      "StaleNeverPublishes",
      "Kinds = {\"late\"}",
      "Fence = \"nothing\""),
  READ_AND_WRITTEN_APART(
      "the first record is written over whatever stands there, and the ledger does not know the last token that the lock gave out",
      Model.TIME,
      "NoOverlap",
      "Kinds = {\"drop\"}",
      "Fence = \"record\"",
      "Conditional = FALSE"),
  NO_LEDGER(
      "the signal is flushed, and nothing else knows what was done",
      Model.NO_LEDGER,
      "NotRepeated",
      "Steps = 1",
      "Kinds = {\"flush\"}"),
  LOCK_FREED_WITHOUT_LEDGER(
      "the first record is written over whatever stands there, and there is no ledger",
      Model.NO_LEDGER,
      "NoOverlap",
      "Steps = 1",
      "Kinds = {\"drop\"}",
      "Conditional = FALSE"),
  NO_TAKEOVER_DELAY(
      "a successor begins as soon as it has the lock",
      Model.TIME,
      "NoOverlap",
      "Kinds = {\"drop\"}",
      "WaitsOut = FALSE"),
  NO_HEARTBEAT(
      "a leader renews its lease, but does not beat its record",
      Model.TIME,
      "NoOverlap",
      "Kinds = {\"drop\"}",
      "Beats = FALSE"),
  SILENCE_IGNORED(
      "nobody takes over from a leader whose heartbeat has stopped",
      Model.LIVENESS,
      "EveryNodeEnds",
      "Kinds = {\"crash\"}",
      "HeedsSilence = FALSE"),
  VALID_FOR_TAKEOVER_DELAY(
      "a lease is believed in for the whole takeover delay, with no room for the grace",
      Model.TIME,
      "NoOverlap",
      "Kinds = {\"drop\"}",
      "Validity = 3"),
  VALID_FOR_TTL(
      "a lease is believed in for as long as the store keeps it",
      Model.TIME,
      "NoOverlap",
      "Kinds = {\"drop\"}",
      "Validity = 4"),
  NO_SECOND_READ(
      "a new leader trusts what it saw before it had the lock",
      Model.NO_LEDGER,
      "NotRepeated",
      "Steps = 1",
      "Kinds = {\"crash\"}",
      "Reads = FALSE"),
  CLAIM_FOR_LOCK(
      "a claim is all that a leader needs, and its first record is written over whatever stands there",
      Model.NO_LEDGER,
      "NoOverlap",
      "Steps = 1",
      "Kinds = {\"lie\"}",
      "Excludes = FALSE",
      "Conditional = FALSE"),
  STEP_GOES_ON(
      "a leader that lost its lease does not stop its step",
      Model.NO_LEDGER,
      "NoOverlap",
      "Steps = 1",
      "Kinds = {}",
      "Stops = FALSE"),
  STEP_OUTSIDE_THE_PROCESS(
      "the process is stopped and its command, a process of its own, goes on",
      Model.NO_LEDGER,
      "NoOverlap",
      "Steps = 1",
      "Kinds = {\"pause\"}",
      "Supervised = FALSE"),
  WRITE_OVERTAKEN(
      "a write that its sender gave up on replaces a later one of the same leader",
      Model.NO_LEDGER,
      "NotRepeated",
      "Steps = 1",
      "Kinds = {\"late\"}",
      "Conditional = FALSE"),
  FAILURE_UNDER_LOCK(
      "a candidate that reads under the lock how its leader failed tries again",
      Model.RECORDS,
      "FailureEndsWait",
      "Kinds = {\"failure\"}",
      "EndsToo = FALSE"),
  NODE_LOCK_FREED(
      "the store frees the lock of a node early: no record keeps a successor waiting there",
      Model.NODE_PHASE,
      "NodeNoOverlap",
      "Kinds = {\"nodedrop\"}"),
  NODE_NOT_WAITING(
      "the node phase does not wait for READY",
      Model.NODE_PHASE,
      "NodeAfterReady",
      "AwaitsReady = FALSE");

  private final String what;
  private final Model model;
  private final String violates;

  /** In lines: the fields of an enum do not change. */
  private final String constants;

  Variant(String what, Model model, String violates, String... constants) {
    this.what = what;
    this.model = model;
    this.violates = violates;
    this.constants = String.join("\n", constants);
  }

  String what() {
    return what;
  }

  Model model() {
    return model;
  }

  /** The invariant or property that it violates. */
  String violates() {
    return violates;
  }

  /** What differs from the model. */
  List<String> constants() {
    return constants.lines().toList();
  }

  /** The model's configuration with other constants, asking for the one property. */
  String text() {
    String text = model.text();
    for (String constant : constants()) {
      String name = constant.substring(0, constant.indexOf(" = "));
      String changed =
          text.replaceFirst("(?m)^  " + name + " = .*$", Matcher.quoteReplacement("  " + constant));
      if (changed.equals(text)) {
        throw new IllegalStateException(constant + " changes nothing in " + model.title());
      }
      text = changed;
    }
    boolean isOfOneState =
        text.lines().anyMatch(l -> l.startsWith("INVARIANTS ") && l.contains(violates));
    return text.replaceFirst(
            "(?m)^INVARIANTS .*$", "INVARIANTS TypeOK" + (isOfOneState ? " " + violates : ""))
        .replaceFirst("(?m)^PROPERTIES .*\n", isOfOneState ? "" : "PROPERTIES " + violates + "\n");
  }
}
