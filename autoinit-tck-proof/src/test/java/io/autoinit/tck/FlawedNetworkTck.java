package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/**
 * The kit against a client or server with a flaw, behind a network; run by {@link KitProof} alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlawedNetworkTck extends BackendTck {

  /** The flaw of the kit that this thread runs. */
  static final ThreadLocal<NetworkFlaw> FLAW = ThreadLocal.withInitial(() -> NetworkFlaw.SOUND);

  private final NetworkFlaw flaw = FLAW.get();
  private final SocketMemoryServer server;

  FlawedNetworkTck() throws IOException {
    server = new SocketMemoryServer(flaw.server());
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
  }

  @Override
  protected BackendProvider provider() {
    return new SocketMemoryProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return settingsAt(server.port());
  }

  private Map<String, String> settingsAt(int port) {
    return Map.of("port", Integer.toString(port), "timeout", "3000", "flaw", flaw.client().name());
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network("127.0.0.1", server.port(), this::settingsAt)
        .restart(server::restart);
  }
}
