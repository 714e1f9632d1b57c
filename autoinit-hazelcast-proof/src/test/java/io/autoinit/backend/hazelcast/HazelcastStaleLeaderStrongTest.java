package io.autoinit.backend.hazelcast;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Locks in the CP Subsystem. */
@Tag("cp")
@Tag("long")
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
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(grid.settings());
    settings.put("addresses", grid.members());
    settings.put("connect-timeout", "60s");
    settings.put("command-timeout", "60s");
    settings.put("lock-mode", "cp");
    return settings;
  }
}
