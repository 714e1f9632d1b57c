package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.util.Map;
import java.util.Optional;

/** The in-memory backend passes the kit. */
class InMemoryTckTest extends BackendTck {

  private final InMemoryStore store = new InMemoryStore();

  @Override
  protected BackendProvider provider() {
    return new InMemoryBackendProvider(store);
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of();
  }

  @Override
  protected Optional<String> whyNoOtherProcess() {
    return Optional.of("the store lives in the memory of this process");
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .abandon(client -> ((InMemoryBackend) client).abandon())
        .revoke(store::revoke)
        .flush(store::flush)
        .restart(store::restart);
  }
}
