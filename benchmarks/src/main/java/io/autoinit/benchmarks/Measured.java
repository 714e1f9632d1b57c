package io.autoinit.benchmarks;

import java.util.List;

/**
 * One repetition. Times are milliseconds from the end of the work until a node was released, and
 * from the release of the last until all had done what they do for themselves; a failure is a
 * sentence, and no failure is told by time. A warm-up counts for nothing but the heap.
 */
record Measured(
    String system,
    int nodes,
    boolean warmUp,
    double first,
    double p50,
    double p99,
    double last,
    double nodePhases,
    long postgresPeak,
    long redisPeak,
    long redisWaiting,
    long zooKeeperPeak,
    long hazelcastPeak,
    Servers.Total requests,
    double seconds,
    double requestsPerNodeAndSecond,
    double postgresSessionsPerSecond,
    double nodesCpu,
    double serversCpu,
    double heapKibPerNode,
    List<String> failures) {

  Measured failing(List<String> sentences) {
    return new Measured(
        system,
        nodes,
        warmUp,
        first,
        p50,
        p99,
        last,
        nodePhases,
        postgresPeak,
        redisPeak,
        redisWaiting,
        zooKeeperPeak,
        hazelcastPeak,
        requests,
        seconds,
        requestsPerNodeAndSecond,
        postgresSessionsPerSecond,
        nodesCpu,
        serversCpu,
        heapKibPerNode,
        sentences);
  }
}
