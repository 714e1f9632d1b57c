package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;

/** The kit, on one server or on three. */
abstract class ZooKeeperTck extends BackendTck {

  abstract TestEnsemble servers();

  /** The wrong password is that of somebody whom the servers know. */
  static TestEnsemble knowing(TestEnsemble servers) {
    try (ZooKeeperBackend backend = Records.open(servers.as("right-one"))) {
      backend.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG);
    }
    return servers;
  }

  @Override
  protected BackendProvider provider() {
    return new ZooKeeperBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return servers().settings();
  }

  private Map<String, String> settingsAt(int port) {
    return Records.with(
        servers(), Map.of("connect", TestEnsemble.at(port), "connect-timeout", "1s"));
  }

  @Override
  protected Faults faults() {
    TestEnsemble servers = servers();
    return Faults.none()
        .network(servers.host(), servers.port(), this::settingsAt)
        .refused("password", servers.as("wrong-one"))
        .abandon(client -> ((ZooKeeperBackend) client).client().vanish())
        .revoke(servers::expire)
        .flush(servers::flush)
        .restart(servers::restart);
  }
}
