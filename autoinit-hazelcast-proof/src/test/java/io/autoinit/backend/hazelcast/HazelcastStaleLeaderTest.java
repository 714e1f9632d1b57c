package io.autoinit.backend.hazelcast;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Locks in a map. */
class HazelcastStaleLeaderTest extends StaleLeader {

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.of(1);
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Override
  TestGrid grid() {
    return grid;
  }

  @Override
  String lockMode() {
    return "imap";
  }
}
