package io.autoinit.spi;

import io.autoinit.Namespace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where a fleet learns how far a run is. Safe for use by any thread. Every operation is one atomic
 * step of the store, and what one client wrote every other client finds (READY-1).
 */
public interface ReadinessStore {

  /**
   * Reads the record of a run.
   *
   * @param run the run; others do not shine through (READY-4)
   * @return the record and its age by the store's own clock (READY-6); empty if there is none
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  Optional<Observed<Readiness>> find(RunKey run);

  /**
   * Reads the record of a run on behalf of a waiter that will come back. A store that bears few
   * requests answers with the pause that keeps the whole fleet within its budget.
   *
   * @param run the run
   * @return the record, and when to look again
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  default Poll poll(RunKey run) {
    return new Poll(find(run), Duration.ofSeconds(1));
  }

  /**
   * Writes a record under a lease. Refused, changing nothing, if the record of that run was already
   * written with a higher token, also if it was cleared since (READY-2), if READY stands (READY-3),
   * or if the publication expects another record than the one that stands there (READY-10). Any
   * text that {@link Readiness} holds survives (READY-8). Writing the same again makes the record
   * young: it is the leader's heartbeat.
   *
   * @param publication the record, and over what it may be written
   * @return the record as it stands now, with its new revision, if it was written
   * @throws BackendUnavailableException if the store does not answer; the record may or may not
   *     have been written
   * @throws BackendRefusedException if the store refuses for good
   */
  Optional<Observed<Readiness>> publish(Publication publication);

  /**
   * Writes a record over whatever stands there, as far as its token and READY allow.
   *
   * @param readiness the record; not {@link Readiness.Claimed}
   * @return whether the record was written
   * @throws BackendUnavailableException if the store does not answer; the record may or may not
   *     have been written
   * @throws BackendRefusedException if the store refuses for good
   */
  default boolean publish(Readiness readiness) {
    return publish(Publication.overAnything(readiness)).isPresent();
  }

  /**
   * Writes a claim if the record is still as it was last seen. Of many claims on the same
   * observation at most one is accepted; a claim never disturbs a record that changed since, nor
   * READY, and leaves the highest token seen as it is (READY-9).
   *
   * @param claim what was seen and what takes its place
   * @return the record as it stands now, if the claim was accepted
   * @throws BackendUnavailableException if the store does not answer; the claim may or may not have
   *     been accepted
   * @throws BackendRefusedException if the store refuses for good
   */
  Optional<Observed<Readiness>> claim(Claim claim);

  /**
   * Asks for hints that the record of a run changed. A hint may be lost, late or doubled: callers
   * read again, and poll too (READY-5). After a push channel was cut and restored, and when it is
   * cut, the store gives {@link Hint#CHANGED}.
   *
   * @param run the run
   * @param hints called on a thread of the store, must return quickly
   * @return the subscription, established before this returns unless the store is out of reach;
   *     {@link Watch#NONE} if the store gives no hints
   * @throws BackendRefusedException if the store refuses for good
   */
  Watch watch(RunKey run, Consumer<Hint> hints);

  /**
   * Takes the record of a run back, also READY. The highest token seen stays (READY-2).
   *
   * @param run the run
   * @return whether there was a record
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  boolean clear(RunKey run);

  /**
   * The records of all runs of an application, for people who look. Each run that has a record is
   * in it, in any order, and no run of another namespace (READY-11). May cost more than one
   * request.
   *
   * @param namespace the application
   * @return the records, as {@link #find} tells them; empty if this store cannot list runs
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  default Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    return Optional.empty();
  }

  /**
   * Whether records survive a restart, eviction and flush of the store, as far as the store is made
   * for it (READY-7).
   *
   * @return true if so
   */
  boolean durable();
}
