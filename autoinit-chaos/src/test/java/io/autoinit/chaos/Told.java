package io.autoinit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A history made by hand: a start of two nodes that went well, and what a test adds or takes. */
final class Told {

  private static final long MILLI = 1_000_000;

  private final List<Entry> entries = new ArrayList<>();

  static Plan plan(Fault fault, Pairing pairing) {
    return new Plan(
        7,
        fault,
        pairing,
        2,
        "",
        1,
        Duration.ofSeconds(5),
        PacedStep.Manner.HONOURS_INTERRUPTS,
        false);
  }

  /** n1 leads from 1 s to 3 s under token 5; both nodes do their step after it. */
  static Told calmStart() {
    Told told = new Told();
    told.at(0, "chaos", "plan", "seed", 7);
    told.lease("n1.1", 900, 5);
    told.step("n1.1", "alpha", 1_000, 1_400, 5).recorded("n1.1", 1_450, 5, "running", "alpha");
    told.step("n1.1", "beta", 1_500, 1_900, 5).recorded("n1.1", 1_950, 5, "running", "alpha,beta");
    told.step("n1.1", "gamma", 2_000, 2_400, 5);
    told.recorded("n1.1", 2_500, 5, "ready", "alpha,beta,gamma");
    told.nodeStep("n1.1", 3_000).nodeStep("n2.1", 3_010);
    told.exit("n1.1", 4_000, 0).exit("n2.1", 4_000, 0);
    told.at(5_000, "chaos", "final", "state", "Ready", "completed", "alpha,beta,gamma");
    return told.marker("n1", true).marker("n2", true);
  }

  Told at(long millis, String process, String kind, Object... fields) {
    entries.add(Entry.of(millis * MILLI, process, kind, fields));
    return this;
  }

  Told lease(String process, long millis, long token) {
    at(millis, process, "sent", "call", "pg.acquire");
    return at(millis + 10, process, "answered", "call", "pg.acquire", "done", true, "token", token);
  }

  Told recorded(String process, long millis, long token, String state, String completed) {
    String call = "pg.publish-" + state;
    at(millis, process, "sent", "call", call, "token", token, "completed", completed);
    return at(
        millis + 5,
        process,
        "answered",
        "call",
        call,
        "token",
        token,
        "completed",
        completed,
        "done",
        true);
  }

  Told step(String process, String step, long from, long until, long token) {
    return step(process, step, "INFRASTRUCTURE", "HONOURS_INTERRUPTS", from, until, token);
  }

  Told step(
      String process, String step, String phase, String manner, long from, long until, long token) {
    at(from, process, "step-began", "step", step, "phase", phase, "token", token, "manner", manner);
    for (long beat = from + 20; beat < until; beat += 20) {
      worked(process, step, beat, token);
    }
    return at(until, process, "step-ended", "step", step, "token", token, "how", "done");
  }

  Told worked(String process, String step, long millis, long token) {
    return at(millis, process, "worked", "step", step, "token", token);
  }

  Told nodeStep(String process, long from) {
    step(process, "files", "NODE", "HONOURS_INTERRUPTS", from, from + 400, 1);
    at(from + 410, process, "sent", "call", "dir.put");
    return at(from + 420, process, "answered", "call", "dir.put", "done", true);
  }

  Told exit(String process, long millis, int code) {
    return at(millis, "chaos", "exit", "of", process, "code", code, "killed", false);
  }

  Told fault(String what, String process, long millis) {
    return at(millis, "chaos", "fault", "what", what, "of", process, "point", "here");
  }

  Told marker(String group, boolean succeeded) {
    return at(5_000, "chaos", "marker", "group", group, "found", succeeded, "succeeded", succeeded);
  }

  /** Takes out what a process wrote from a moment on, as its death does. */
  Told silent(String process, long from) {
    entries.removeIf(e -> e.process().equals(process) && e.at() >= from * MILLI);
    return this;
  }

  Told without(String kind) {
    entries.removeIf(e -> e.is(kind));
    return this;
  }

  List<Entry> history() {
    return entries.stream().sorted(Comparator.comparingLong(Entry::at)).toList();
  }
}
