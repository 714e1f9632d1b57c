package io.autoinit.backend.zookeeper;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("long")
class ZooKeeperTckTest extends ZooKeeperTck {

  private static TestEnsemble servers;

  @BeforeAll
  static void start() {
    servers = knowing(TestEnsemble.start());
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Override
  TestEnsemble servers() {
    return servers;
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(TestEnsemble.version());
  }
}
