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
 * @param struck whether the point of the fault was reached
 * @param violations what it broke
 * @param takeover from the fault to the first work of the successor, where there was one
 * @param took how long the fleet took
 */
record Result(
    Plan plan,
    Path history,
    List<Entry> entries,
    boolean struck,
    List<Violation> violations,
    Optional<Duration> takeover,
    Duration took) {}
