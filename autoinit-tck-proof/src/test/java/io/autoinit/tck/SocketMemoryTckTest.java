package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** A store that other processes reach passes the rules that kill and freeze them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class SocketMemoryTckTest extends BackendTck {

  private final SocketMemoryServer server;

  SocketMemoryTckTest() throws IOException {
    server = new SocketMemoryServer();
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

  private static Map<String, String> settingsAt(int port) {
    return Map.of("port", Integer.toString(port), "password", "hunter-2", "timeout", "2000");
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network("127.0.0.1", server.port(), SocketMemoryTckTest::settingsAt)
        .restart(server::restart);
  }
}
