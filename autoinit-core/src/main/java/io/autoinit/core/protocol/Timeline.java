package io.autoinit.core.protocol;

import java.time.Duration;

/**
 * Time, waiting, threads and randomness: the one seam through which the protocol meets them, so
 * that it runs on virtual time, deterministically from a seed. Safe for use by any thread.
 */
public interface Timeline {

  /**
   * The time since some fixed moment; it never goes back.
   *
   * @return a duration that only compares with others of the same timeline
   */
  Duration now();

  /**
   * Makes something to wait for.
   *
   * @return a signal that is not raised
   */
  Signal signal();

  /**
   * Starts work beside the caller's.
   *
   * @param name what the thread is called
   * @param work what it does
   * @return the work under way
   */
  Task start(String name, Runnable work);

  /**
   * A random pause.
   *
   * @param bound the pause is shorter than this
   * @return a duration of zero or more
   */
  Duration random(Duration bound);

  /**
   * Lets time pass.
   *
   * @param duration how much
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  default void sleep(Duration duration) throws InterruptedException {
    signal().await(duration);
  }

  /** A bell that remembers one ring until somebody hears it. */
  interface Signal {

    /** Rings. Whoever waits goes on; if nobody does, the next one who waits goes on at once. */
    void raise();

    /**
     * Waits for the ring and takes it.
     *
     * @param atMost how long to wait; zero or less looks once
     * @return whether it rang
     * @throws InterruptedException if the thread is interrupted before or meanwhile
     */
    boolean await(Duration atMost) throws InterruptedException;
  }

  /** Work under way. */
  interface Task {

    /** Interrupts the thread that does the work. */
    void interrupt();

    /**
     * Waits for the end of the work.
     *
     * @param atMost how long to wait
     * @return whether it ended
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean join(Duration atMost) throws InterruptedException;
  }
}
