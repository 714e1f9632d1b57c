package io.autoinit.examples.shop.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Tells live what happens, one line at a time. Safe for use by any thread. */
final class Story {

  private final PrintStream out;
  private boolean ended;

  Story(PrintStream out) {
    this.out = out;
  }

  synchronized void say(String line) {
    if (!ended) {
      out.println(line);
    }
  }

  /** One line of a replica. */
  void say(Duration at, String replica, String line) {
    say("%8s  %-9s %s".formatted(seconds(at), replica, line));
  }

  /** The last line: what dies after it dies in silence. */
  synchronized void end(String line) {
    say(line);
    ended = true;
  }

  synchronized void complain(RuntimeException problem) {
    if (!ended) {
      Throwable cause = problem.getCause();
      System.err.println(
          "shop: " + problem.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
    }
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1_000.0);
  }

  /** What an event means to somebody who watches; empty if it is not worth a line. */
  static Optional<String> line(Seen e) {
    boolean node = e.text("phase").equals("node");
    return Optional.ofNullable(
        switch (e.text("event")) {
          case "phase-started" -> node ? null : "joins run " + e.text("runId");
          case "claimed" -> "is the candidate: " + e.text("reason");
          case "lease-acquired" ->
              node
                  ? "has the lock of its node"
                  : "LEADS: has the fleet's lock, fencing token " + e.text("token");
          // Between two steps of the leader there is nothing new to say.
          case "waiting" ->
              e.text("reason").endsWith(" leads") ? null : "waits: " + e.text("reason");
          case "taken-over" ->
              "TAKES OVER from %s; not repeated: %s"
                  .formatted(
                      e.text("from"),
                      e.text("completed").isEmpty() ? "nothing" : e.text("completed"));
          case "step-started" -> "  %s: starts".formatted(e.text("step"));
          case "step-progress" -> "  %s: %s".formatted(e.text("step"), e.text("message"));
          case "step-output" -> "  %s | %s".formatted(e.text("step"), e.text("line"));
          case "step-succeeded" ->
              "  %s: done in %s".formatted(e.text("step"), e.seconds("tookMs"));
          case "step-failed" -> "  %s: FAILED: %s".formatted(e.text("step"), e.text("reason"));
          case "step-skipped" -> "  %s: skipped: %s".formatted(e.text("step"), e.text("reason"));
          case "step-stuck" ->
              "  %s: does not stop; %s".formatted(e.text("step"), e.text("consequence"));
          case "phase-completed" ->
              node ? "is done with its node" : "is done: READY for the whole fleet";
          case "phase-skipped" -> (node ? "has no node work: " : "goes on: ") + e.text("reason");
          case "lease-lost" -> "LOST the lock: " + e.text("reason");
          case "backend-troubled" ->
              "%s is in trouble: %s; %s"
                  .formatted(e.text("backend"), e.text("reason"), e.text("consequence"));
          case "backend-coming" ->
              "%s is not there yet: %s".formatted(e.text("backend"), e.text("reason"));
          case "backend-recovered" -> e.text("backend") + " answers again";
          case "warned" -> "is warned: " + e.text("message");
          case "ended" ->
              e.text("code").equals("0")
                  ? null
                  : "ENDS with code %s: %s".formatted(e.text("code"), e.text("message"));
          default -> null;
        });
  }
}
