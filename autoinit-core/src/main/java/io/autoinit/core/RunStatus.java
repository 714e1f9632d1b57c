package io.autoinit.core;

import io.autoinit.RunId;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the stores tell of a run. Holds no secret.
 *
 * @param run the run
 * @param record what is recorded of it, with its age by the store's clock: of RUNNING and CLAIMED
 *     that is the age of the last heartbeat, of all others the time since when it is so
 * @param away why the signal or the ledger did not answer, so that the record is the other one's;
 *     empty if both answered
 * @param silent whether a leader or claimant has not beaten for {@code takeoverDelay}: the next
 *     member takes over
 * @param takeoverDelay how old the record of a leader must be for that
 * @param lock who holds the infrastructure lock
 * @param nodes which nodes have done their phase
 * @param others the runs that are recorded, the last written first, where this one is not and the
 *     stores can list them
 */
public record RunStatus(
    RunKey run,
    Optional<Observed<Readiness>> record,
    Optional<String> away,
    boolean silent,
    Duration takeoverDelay,
    HeldLock lock,
    Nodes nodes,
    List<RunId> others) {

  /** Copies the list. */
  public RunStatus {
    others = List.copyOf(others);
  }

  /**
   * A lock and who holds it.
   *
   * @param name the lock
   * @param holder the holder; empty if nobody holds it or the store cannot tell
   * @param unknown why it is not known; empty if the store answered
   */
  public record HeldLock(LockName name, Optional<String> holder, Optional<String> unknown) {}

  /**
   * The nodes that left a marker of the run.
   *
   * @param markers their markers; empty also if the store cannot list them
   * @param unknown why they are not known; empty if the store answered
   */
  public record Nodes(List<Marker> markers, Optional<String> unknown) {

    /** Copies the list. */
    public Nodes {
      markers = List.copyOf(markers);
    }
  }

  /**
   * When a failed run may be tried again.
   *
   * @return the time from now on, zero if it is due; empty unless the run failed
   */
  public Optional<Duration> retryIn() {
    return record
        .filter(seen -> seen.value() instanceof Readiness.Failed)
        .map(seen -> ((Readiness.Failed) seen.value()).retryAfter().minus(seen.age()))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }
}
