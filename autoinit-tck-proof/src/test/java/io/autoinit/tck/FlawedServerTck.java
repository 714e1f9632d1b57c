package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The kit against a server with a flaw; run by {@link FlawedServerTest} alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlawedServerTck extends BackendTck {

  /** The flaw of the kit that this thread runs. */
  static final ThreadLocal<SocketMemoryServer.Flaw> FLAW =
      ThreadLocal.withInitial(() -> SocketMemoryServer.Flaw.NONE);

  private final SocketMemoryServer server;

  FlawedServerTck() throws IOException {
    server = new SocketMemoryServer(FLAW.get());
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
    return Map.of("port", Integer.toString(server.port()));
  }
}
