package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kit against a backend with one flaw; run by {@link KitProof} alone. */
class FlawedTck extends BackendTck {

  /** The flaw of the kit that this thread runs. */
  static final ThreadLocal<Flaw> FLAW = ThreadLocal.withInitial(() -> Flaw.NONE);

  /** Those that are seen only of a client that could be opened without its store. */
  private static final Set<Flaw> ABSENT =
      Set.of(Flaw.FINDINGS_THROW, Flaw.WAITS_FOR_THROWS, Flaw.WAITS_FOR_SHOWS_A_SECRET);

  private static final String NOWHERE = "nowhere at all";
  private static final String WRONG = "wrong-password";

  private final Flaw flaw = FLAW.get();
  private final Misfortunes misfortunes = new Misfortunes();
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
      public List<Setting> settings() {
        var declared = new ArrayList<Setting>();
        for (String name : List.of("address", "password")) {
          declared.add(Setting.standard(name, Setting.Kind.SECRET, "", "for errors"));
        }
        if (flaw == Flaw.EVERY_SPELLING_TAKEN) {
          for (String name : List.of("passwordx", "quite-another-thing")) {
            declared.add(Setting.standard(name, Setting.Kind.TEXT, "", "somebody wrote it once"));
          }
        }
        return declared;
      }

      @Override
      public Backend open(BackendConfig config) {
        String password = config.text("password").orElseThrow();
        if (config.text("address").equals(Optional.of(NOWHERE))) {
          if (ABSENT.contains(flaw)) {
            return new AbsentBackend(flaw, password);
          }
          throw flaw == Flaw.ABSENCE_TAKEN_FOR_REFUSAL
              ? new BackendRefusedException("Nobody answers")
              : new BackendUnavailableException(
                  flaw == Flaw.SECRET_IN_AN_ERROR ? "Not with " + password : "Nobody answers");
        }
        if (password.equals(WRONG)) {
          throw flaw == Flaw.REFUSAL_TAKEN_FOR_ABSENCE
              ? new BackendUnavailableException("No answer that could be understood")
              : new BackendRefusedException("The store refused " + config.key("password"));
        }
        return new FlawedBackend(flaw, store, rows, misfortunes);
      }

      @Override
      public Backend openAside(BackendConfig config) {
        return switch (flaw) {
          case ASIDE_SEES_ANOTHER_STORE ->
              new FlawedBackend(flaw, new InMemoryStore(), new FlawedReadiness.Rows(), misfortunes);
          case ASIDE_TAKES_ITS_RECORDS_ALONG -> new Keeper(open(config), rows);
          default -> open(config);
        };
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
    Faults faults =
        Faults.none()
            .unreachable(Map.of("address", NOWHERE, "password", "hunter-2"))
            .refused("password", Map.of("password", WRONG))
            .abandon(client -> ((FlawedBackend) client).abandon())
            .revoke(store::revoke)
            .flush(this::forget)
            .restart(this::restart);
    return flaw == Flaw.ROLES_OVERSTATED ? faults.noOthers("nothing to cut") : faults;
  }

  private void forget() {
    try (InMemoryBackend last = store.open("last")) {
      LockName name = LockName.infrastructure(Kit.freshNamespace());
      Duration ttl = Duration.ofDays(1);
      misfortunes.forget(last.locks().orElseThrow().tryAcquire(name, ttl).orElseThrow().token());
    }
  }

  private void restart() {
    misfortunes.restart();
    forget();
    if (flaw == Flaw.NOT_AS_DURABLE_AS_SAID) {
      rows.restart();
    }
  }

  /** Keeps the records of all, and ends with them. */
  private record Keeper(Backend backend, FlawedReadiness.Rows rows) implements Backend {

    @Override
    public Optional<LockProvider> locks() {
      return backend.locks();
    }

    @Override
    public Optional<ReadinessStore> readiness() {
      return backend.readiness();
    }

    @Override
    public Optional<MarkerStore> markers() {
      return backend.markers();
    }

    @Override
    public void close() {
      rows.restart();
      backend.close();
    }
  }

  /** Connects at first use, in vain. */
  private record AbsentBackend(Flaw flaw, String password) implements Backend {

    @Override
    public Optional<LockProvider> locks() {
      throw new BackendUnavailableException("Nobody answers");
    }

    @Override
    public List<Finding> findings() {
      if (flaw == Flaw.FINDINGS_THROW) {
        throw new BackendUnavailableException("Nobody answers");
      }
      return Backend.super.findings();
    }

    @Override
    public Optional<BackendUnavailableException> waitsFor() {
      if (flaw == Flaw.WAITS_FOR_THROWS) {
        throw new BackendUnavailableException("Nobody answers");
      }
      return flaw == Flaw.WAITS_FOR_SHOWS_A_SECRET
          ? Optional.of(new BackendUnavailableException("Nobody answers to " + password))
          : Optional.empty();
    }

    @Override
    public void close() {}
  }
}
