package io.autoinit.benchmarks;

/** One way for a fleet to start; of a repetition, with nothing left over from the one before. */
interface Contender {

  /** A node of a host of its own: with its own clients, which end with it. */
  interface Node extends AutoCloseable {

    /** Returns once this node may serve; does the work if nobody has. */
    void start(Work work) throws Exception;

    @Override
    void close();
  }

  Node node(int number) throws Exception;
}
