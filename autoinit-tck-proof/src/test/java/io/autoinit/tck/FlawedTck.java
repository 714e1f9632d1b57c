package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kit against a backend with one flaw; run by {@link KitTest} alone. */
class FlawedTck extends BackendTck {

  /** The flaw of the kit that this thread runs. */
  static final ThreadLocal<Flaw> FLAW = ThreadLocal.withInitial(() -> Flaw.NONE);

  private final Flaw flaw = FLAW.get();
  private final InMemoryStore store = new InMemoryStore();
  private final FlawedReadiness.Rows rows = new FlawedReadiness.Rows();

  @Override
  protected BackendProvider provider() {
    return new BackendProvider() {
      @Override
      public String type() {
        return flaw == Flaw.TYPE_NOT_REGISTERED ? "unheard-of" : "memory";
      }

      @Override
      public Set<Role> roles() {
        return EnumSet.allOf(Role.class);
      }

      @Override
      public Backend open(BackendConfig config) {
        return new FlawedBackend(flaw, store, rows);
      }
    };
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
        .revoke(store::revoke)
        .restart(
            () -> {
              if (flaw == Flaw.NOT_AS_DURABLE_AS_SAID) {
                rows.restart();
              }
            });
  }
}
