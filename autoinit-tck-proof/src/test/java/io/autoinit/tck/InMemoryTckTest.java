package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
    return new Faults() {
      @Override
      public Optional<Consumer<Backend>> abandon() {
        return Optional.of(client -> ((InMemoryBackend) client).abandon());
      }

      @Override
      public Optional<Consumer<LockName>> revoke() {
        return Optional.of(store::revoke);
      }

      @Override
      public Optional<Runnable> flush() {
        return Optional.of(store::flush);
      }

      @Override
      public Optional<Runnable> restart() {
        return Optional.of(store::restart);
      }
    };
  }
}
