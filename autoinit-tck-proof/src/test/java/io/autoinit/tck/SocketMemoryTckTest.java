package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** A store that other processes reach passes the rules that kill and freeze them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
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
    return Map.of("port", Integer.toString(server.port()), "password", "hunter-2");
  }

  @Override
  protected Faults faults() {
    return Faults.none().unreachable(Map.of("port", "1", "password", "hunter-2"));
  }
}
