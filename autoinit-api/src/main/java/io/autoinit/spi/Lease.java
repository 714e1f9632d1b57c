package io.autoinit.spi;

/**
 * A held lock. Safe for use by any thread; the thread that acquired it has no special part. Not
 * reentrant.
 */
public interface Lease extends AutoCloseable {

  /**
   * The fencing token: higher than that of every earlier lease of this lock, over handovers,
   * restarts of the store and loss of its data (LOCK-2).
   *
   * @return the token, positive
   */
  long token();

  /**
   * Keeps the lease for another time to live, counted from now: who renews in time holds it for as
   * long as it likes (LOCK-9).
   *
   * @return true if the lease is held; false once it is lost, and then for ever, also after
   *     reconnecting (LOCK-6)
   * @throws BackendUnavailableException if the store does not answer, so that nobody knows; a later
   *     call may return either
   */
  boolean renew();

  /**
   * Gives the lock back, so that the next holder gets in at once. Releases only this lease, never
   * one that another holder got after it; idempotent, from any thread (LOCK-7). Does not throw when
   * the store is gone: the lock then ends by itself (LOCK-5).
   */
  @Override
  void close();
}
