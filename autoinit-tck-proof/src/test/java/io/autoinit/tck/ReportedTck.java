package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Test classes that {@link ConformanceReportTest} alone runs. */
final class ReportedTck {

  static final String SECRET = "correct horse";

  private ReportedTck() {}

  /** A backend with a secret, and tests of its author's own. */
  abstract static class Reported extends BackendTck {

    private final Flaw flaw;
    private final InMemoryStore store = new InMemoryStore();
    private final FlawedReadiness.Rows rows = new FlawedReadiness.Rows();

    Reported(Flaw flaw) {
      this.flaw = flaw;
    }

    @Override
    protected BackendProvider provider() {
      return new BackendProvider() {
        @Override
        public String type() {
          return "reported";
        }

        @Override
        public Set<Role> roles() {
          return EnumSet.allOf(Role.class);
        }

        @Override
        public List<Setting> settings() {
          return List.of(Setting.standard("password", Setting.Kind.SECRET, "", "the password"));
        }

        @Override
        public Backend open(BackendConfig config) {
          return new FlawedBackend(flaw, store, rows);
        }
      };
    }

    @Override
    protected Map<String, String> settings() {
      return Map.of("password", SECRET);
    }

    @Override
    protected Optional<String> whyNoOtherProcess() {
      return Optional.of("one process");
    }

    @Override
    protected Optional<String> storeVersion() {
      return Optional.of("memory 1.2.3");
    }
  }

  /** Right. */
  static final class RightTck extends Reported {
    RightTck() {
      super(Flaw.NONE);
    }

    @Test
    @DisplayName("LOCK-3 a test of the author's own")
    void own() {}

    @Test
    void without_a_rule() {}
  }

  /** Flawed, with a secret in a message. */
  static final class FlawedTck extends Reported {
    FlawedTck() {
      super(Flaw.TOKEN_CONSTANT);
    }

    @Test
    @DisplayName("BACKEND-3 a leak")
    void leak() {
      Assertions.fail("refused: " + SECRET);
    }

    @Test
    @DisplayName("LOCK-7 another rule")
    void another() {
      Kit.rule(false, "LOCK-8", "three", "two");
    }

    @RepeatedTest(2)
    @DisplayName("LOCK-3 again and again")
    void again(org.junit.jupiter.api.RepetitionInfo repetition) {
      if (repetition.getCurrentRepetition() == 1) {
        throw new IllegalStateException("the first time");
      }
    }
  }

  /** Ends before it begins. */
  static final class UnstartedTck extends Reported {
    UnstartedTck() {
      super(Flaw.NONE);
    }

    @BeforeAll
    static void start() {
      Assertions.fail("no server");
    }
  }
}
