package io.autoinit.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a fleet.
 *
 * @param plan what was done to it
 * @param history where its history is
 * @param entries the history
 * @param struck whether the point of the fault was reached, and the fault found what it was for
 * @param violations what it broke
 * @param excused how often the machine was to blame: it stood still, or kept a successor waiting
 * @param takeover from the fault to the first work of the successor, where there was one
 * @param took how long the fleet took
 * @param leftOut why the fleet was not started, if it was not
 */
record Result(
    Plan plan,
    Path history,
    List<Entry> entries,
    boolean struck,
    List<Violation> violations,
    int excused,
    Optional<Duration> takeover,
    Duration took,
    Optional<String> leftOut) {

  static Result leftOut(Plan plan, String reason) {
    return new Result(
        plan,
        Path.of(""),
        List.of(),
        false,
        List.of(),
        0,
        Optional.empty(),
        Duration.ZERO,
        Optional.of(reason));
  }

  boolean held() {
    return violations.isEmpty();
  }
}
