package io.autoinit.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One process's work at one step, as far as it wrote it down.
 *
 * @param process who worked
 * @param step at which step
 * @param infrastructure whether it is a step of the whole fleet
 * @param began when
 * @param token under which token
 * @param manner how it behaves when it is to stop
 * @param beats when it was certainly at work, in order; the beginning is not among them
 * @param ended when it ended, if it wrote that down
 * @param how how it ended; {@code vanished} if it did not say
 */
record StepRun(
    String process,
    String step,
    boolean infrastructure,
    long began,
    long token,
    String manner,
    List<Long> beats,
    Optional<Long> ended,
    String how) {

  static List<StepRun> of(List<Entry> history) {
    Map<String, StepRun> open = new LinkedHashMap<>();
    List<StepRun> runs = new ArrayList<>();
    for (Entry entry : history) {
      String key = entry.process() + " " + entry.find("step").orElse("");
      StepRun run = open.get(key);
      if (entry.is("step-began")) {
        StepRun begun = begun(entry);
        open.put(key, begun);
        runs.add(begun);
      } else if (entry.is("worked") && run != null) {
        run.beats().add(entry.at());
      } else if (entry.is("step-ended") && run != null) {
        runs.set(runs.indexOf(run), run.ended(entry));
        open.remove(key);
      }
    }
    return runs;
  }

  private static StepRun begun(Entry entry) {
    return new StepRun(
        entry.process(),
        entry.text("step"),
        entry.has("phase", "INFRASTRUCTURE"),
        entry.at(),
        entry.number("token"),
        entry.text("manner"),
        new ArrayList<>(),
        Optional.empty(),
        "vanished");
  }

  private StepRun ended(Entry entry) {
    return new StepRun(
        process,
        step,
        infrastructure,
        began,
        token,
        manner,
        beats,
        Optional.of(entry.at()),
        entry.text("how"));
  }

  /** Whether it asks before each beat that the lease is still held. */
  boolean asks() {
    return manner.equals(PacedStep.Manner.ASKS.name());
  }

  /** Whether it is a process of its own, which is not stopped with that of its leader. */
  boolean isCommand() {
    return manner.equals(Commands.MANNER);
  }

  boolean done() {
    return how.equals("done");
  }

  @Override
  public String toString() {
    return "%s at %s (token %d)".formatted(process, step, token);
  }
}
