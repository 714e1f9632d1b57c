package io.autoinit.backend.hazelcast;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Locks in the CP Subsystem. */
@Tag("cp")
class HazelcastStaleLeaderStrongTest extends StaleLeader {

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.withCp();
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
    return "cp";
  }
}
