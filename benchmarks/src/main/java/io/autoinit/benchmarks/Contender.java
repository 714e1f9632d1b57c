package io.autoinit.benchmarks;

/** One way for a fleet to start; of a repetition, with nothing left over from the one before. */
interface Contender {

  /** A node of a host of its own: with its own clients, which end with it. */
  interface Node extends AutoCloseable {

    /** Returns once the fleet's work is done; does it if nobody has. */
    void start(Work work) throws Exception;

    /** What this node still does for itself alone before it may serve. */
    default void prepare() {}

    @Override
    void close();
  }

  Node node(int number) throws Exception;
}
