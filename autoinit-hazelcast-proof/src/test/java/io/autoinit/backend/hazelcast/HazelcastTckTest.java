package io.autoinit.backend.hazelcast;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A client, with locks in a map. */
@Tag("long")
class HazelcastTckTest extends BackendTck {

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.hidden();
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
    return grid.settings();
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
        .network("127.0.0.1", grid.port(), grid::settingsAt)
        .refused("cluster-name", grid.ofAnother())
        .abandon(client -> ((HazelcastBackend) client).grid().close())
        .revoke(grid::revoke)
        .flush(grid::flush)
        .restart(grid::restart);
  }
}
