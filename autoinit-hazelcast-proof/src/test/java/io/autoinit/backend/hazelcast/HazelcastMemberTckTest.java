package io.autoinit.backend.hazelcast;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Each backend is a member, and one of somebody else keeps the data while there is none. */
@Tag("long")
class HazelcastMemberTckTest extends BackendTck {

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
  protected BackendProvider provider() {
    return new HazelcastBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "mode",
        "member",
        "members",
        "127.0.0.1:" + grid.port(),
        "bind",
        "127.0.0.1",
        "port",
        Integer.toString(grid.port() + 1),
        "cluster-name",
        grid.cluster(),
        "connect-timeout",
        "20s",
        // Longer than the others take to give up a member that says nothing.
        "command-timeout",
        "20s");
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(TestGrid.version() + ", as members");
  }

  @Override
  protected Optional<String> whyNoOtherProcess() {
    return Optional.of(
        "a member that is stopped is a part of the store that is stopped: the others split from it, and while a store is split it may grant a lock twice and take a write on each side");
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
