package io.autoinit.spi;

import java.util.Optional;

/**
 * A store that offers one or more of locks, readiness and markers. It owns the one client that its
 * facets share. Safe for use by any thread.
 *
 * <p>A store goes away and comes back: each operation connects anew where it must, so that nobody
 * has to open another backend (BACKEND-5). On an interrupted thread an operation ends like any
 * other, by its result or by a {@link BackendException}, and the thread is still interrupted after
 * it (BACKEND-6).
 */
public interface Backend extends AutoCloseable {

  /**
   * The locks of this store.
   *
   * @return the same facet at every call; empty if the store offers none
   */
  default Optional<LockProvider> locks() {
    return Optional.empty();
  }

  /**
   * The readiness of this store.
   *
   * @return the same facet at every call; empty if the store offers none
   */
  default Optional<ReadinessStore> readiness() {
    return Optional.empty();
  }

  /**
   * The markers of this store.
   *
   * @return the same facet at every call; empty if the store offers none
   */
  default Optional<MarkerStore> markers() {
    return Optional.empty();
  }

  /**
   * What about this store falls short of a promise, as far as it can be seen without changing
   * anything: keys that may be evicted, a missing durability. Called once, at first use.
   *
   * @return one sentence each, with the way out; empty if nothing was found
   */
  default java.util.List<String> warnings() {
    return java.util.List.of();
  }

  /**
   * What a close look at this store finds, right and wrong: more than {@link #warnings}, for an
   * operator who asks. It changes nothing in the store, shows no secret, and does not throw where
   * the store is out of reach or refuses: it tells, as an error (BACKEND-7). May take about a
   * second beyond the connect timeout.
   *
   * @return the findings; the default looks whether the store answers, and tells its warnings
   * @throws IllegalStateException after {@link #close}
   */
  default java.util.List<Finding> findings() {
    return FirstLook.at(this);
  }

  /**
   * How long this store may answer nobody although nothing is lost: until it goes on without a part
   * of it that fell silent. A leader must be able to keep its lease for longer, else it ends where
   * somebody else stood still; a start and a diagnosis warn where it cannot. Asks nobody: it is the
   * same at any time (BACKEND-9).
   *
   * @return the time, not negative; the default is none, for stores that tell nothing of it
   */
  default java.time.Duration longestStandstill() {
    return java.time.Duration.ZERO;
  }

  /**
   * What this backend waits for at this moment before it can answer, as an operation would say it
   * if it gave up now. Asked beside an operation that takes long, so that whoever waits for it
   * hears why before it ends. Asks nobody, waits for nothing and throws nothing; empty while the
   * store serves (BACKEND-10).
   *
   * @return the cause, without a secret; the default is empty: it tells nothing before its
   *     operations end
   */
  default Optional<BackendUnavailableException> waitsFor() {
    return Optional.empty();
  }

  /**
   * Ends every thread and connection that this backend started and releases its leases. Idempotent;
   * every later operation throws {@link IllegalStateException}, and those under way on other
   * threads end soon, without leaving a lock behind (BACKEND-2).
   */
  @Override
  void close();
}
