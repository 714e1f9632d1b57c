package io.autoinit.backend.hazelcast;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A client, with locks in the CP Subsystem of three members. */
@Tag("cp")
@Tag("long")
class HazelcastStrongTckTest extends BackendTck {

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
  protected BackendProvider provider() {
    return new HazelcastBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return settingsAt(grid.port());
  }

  private Map<String, String> settingsAt(int port) {
    Map<String, String> settings = new HashMap<>(grid.settingsAt(port));
    settings.put("lock-mode", "cp");
    return settings;
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(TestGrid.version());
  }

  @Override
  protected boolean isOfTheStore(Thread thread) {
    return grid.started(thread);
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network("127.0.0.1", grid.port(), this::settingsAt)
        .refused("cluster-name", grid.ofAnother())
        .abandon(client -> ((HazelcastBackend) client).grid().close())
        .revoke(grid::revoke)
        // All that members hold is gone when the last of them ends.
        .flush(grid::restart)
        .restart(grid::restart);
  }
}
