package io.autoinit.core;

import io.autoinit.RunId;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Optional;

/** What may have been meant by the id of a run of which nothing is recorded. */
public final class OtherRuns {

  private static final int MOST = 3;

  private OtherRuns() {}

  /**
   * Names the nearest of the runs that are recorded, and the last.
   *
   * @param asked the run of which nothing is recorded
   * @param recorded those that are, the last written first
   * @return a few words; empty if there is none
   */
  public static Optional<String> told(RunId asked, List<RunId> recorded) {
    if (recorded.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> nearest = nearest(asked, recorded);
    if (recorded.size() == 1 && nearest.isPresent()) {
      return nearest.map("did you mean %s, the only one recorded?"::formatted);
    }
    List<String> ids = recorded.stream().map(RunId::value).toList();
    String last = String.join(", ", ids.subList(0, Math.min(MOST, ids.size())));
    int more = ids.size() - MOST;
    return Optional.of(
        nearest.map("did you mean %s? "::formatted).orElse("")
            + (more > 0
                ? "recorded are %s and %d older: autoinit runs".formatted(last, more)
                : (ids.size() > 1 ? "recorded are " : "recorded is ") + last));
  }

  /**
   * The recorded run whose id differs by little.
   *
   * @param asked the run of which nothing is recorded
   * @param recorded those that are
   * @return the id; empty if none is near
   */
  public static Optional<String> nearest(RunId asked, List<RunId> recorded) {
    return Setting.nearest(asked.value(), recorded.stream().map(RunId::value).toList());
  }
}
