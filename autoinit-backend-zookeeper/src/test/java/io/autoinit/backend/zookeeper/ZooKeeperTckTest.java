package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ZooKeeperTckTest extends BackendTck {

  private static TestEnsemble server;

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
    // The wrong password of somebody whom the server knows.
    try (ZooKeeperBackend backend = Records.open(server.as("right-one"))) {
      backend.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected BackendProvider provider() {
    return new ZooKeeperBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return server.settings();
  }

  private static Map<String, String> settingsAt(int port) {
    return Records.with(server, Map.of("connect", TestEnsemble.at(port), "connect-timeout", "2s"));
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(TestEnsemble.version());
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network(server.host(), server.port(), ZooKeeperTckTest::settingsAt)
        .refused("password", server.as("wrong-one"))
        .abandon(client -> ((ZooKeeperBackend) client).client().vanish())
        .revoke(server::expire)
        .flush(server::flush)
        .restart(server::restart);
  }
}
