package io.autoinit.backend.hazelcast;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * Each backend is a member, and two that are never stopped keep the data while there is none. No
 * more than two others are stopped or killed at a time, so three are enough to be in the right.
 */
@Tag("long")
class HazelcastMemberTckTest extends BackendTck {

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.fleet(2, 3);
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
    return grid.member();
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(TestGrid.version() + ", as members");
  }

  @Override
  protected boolean isOfTheStore(Thread thread) {
    return grid.started(thread);
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .abandon(client -> ((HazelcastBackend) client).grid().vanish())
        .revoke(grid::revoke)
        .flush(grid::flush)
        .noOthers("a member is the store itself: there is no server, network or password between");
  }
}
