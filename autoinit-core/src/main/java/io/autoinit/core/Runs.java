package io.autoinit.core;

import io.autoinit.Namespace;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.List;
import java.util.Optional;

/**
 * What the stores know of the runs of an application. Holds no secret.
 *
 * @param namespace the application
 * @param known its runs, the one that was written last first
 * @param away why the signal or the ledger did not answer, so that the other one alone tells; empty
 *     if both answered
 */
public record Runs(Namespace namespace, List<Known> known, Optional<String> away) {

  /** Copies the list. */
  public Runs {
    known = List.copyOf(known);
  }

  /**
   * One of them.
   *
   * @param record what is recorded of it, with its age as in {@link RunStatus#record()}
   * @param silent whether a leader or claimant has not beaten for so long that the next member
   *     takes over
   */
  public record Known(Observed<Readiness> record, boolean silent) {}
}
