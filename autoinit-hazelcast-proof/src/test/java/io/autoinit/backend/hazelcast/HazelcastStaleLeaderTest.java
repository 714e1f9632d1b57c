package io.autoinit.backend.hazelcast;

import java.util.HashMap;
import java.util.Map;
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
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(grid.settings());
    settings.put("addresses", grid.members());
    settings.put("connect-timeout", "60s");
    settings.put("command-timeout", "60s");
    settings.put("lock-mode", "imap");
    return settings;
  }
}
