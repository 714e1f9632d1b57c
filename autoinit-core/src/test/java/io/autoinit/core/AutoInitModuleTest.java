package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** autoinit in the injector of an application. */
class AutoInitModuleTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void theStepsAndListenersOfTheApplicationTakePart() {
    Injector injector = Guice.createInjector(application());

    try (AutoInit start = injector.getInstance(AutoInit.class)) {
      assertThat(injector.getInstance(AutoInit.class)).isSameAs(start);
      assertThat(start.run())
          .containsExactly(
              new Outcome(Phase.INFRASTRUCTURE, 1, 0, 0), new Outcome(Phase.NODE, 0, 0, 0));
    }

    assertThat(injector.getInstance(Database.class).migrations).hasValue(1);
    assertThat(injector.getInstance(Ears.class).succeeded).hasValue(1);
  }

  @Test
  void theInjectorOfTheApplicationKeepsItsOwnRules() {
    Injector injector = Guice.createInjector(application());

    injector.getInstance(AutoInit.class).close();

    assertThat(injector.getInstance(BoundNowhere.class)).isNotNull();
  }

  @Test
  void anApplicationWithoutStepsNeedsNoMultibinder() {
    Injector injector = Guice.createInjector(new AutoInitModule(builder()));

    try (AutoInit start = injector.getInstance(AutoInit.class)) {
      assertThat(start.infrastructure().ran()).isZero();
    }
  }

  private Module application() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        bind(Database.class).toInstance(new Database(new AtomicInteger()));
        bind(Ears.class).toInstance(new Ears(new AtomicInteger()));
        Multibinder.newSetBinder(binder(), InitStep.class).addBinding().to(Migrate.class);
        Multibinder.newSetBinder(binder(), InitListener.class).addBinding().to(Ears.class);
        install(new AutoInitModule(builder()));
      }
    };
  }

  private AutoInit.Builder builder() {
    return AutoInit.builder()
        .environment(Map.of("AUTOINIT_MARKER_DIR", directory.toString(), "AUTOINIT_RUN_ID", "v1"))
        .systemProperties(new Properties())
        .withoutDiscoveredSteps();
  }

  record Database(AtomicInteger migrations) {}

  record Ears(AtomicInteger succeeded) implements InitListener {

    @Override
    public void on(InitEvent event) {
      if (event instanceof InitEvent.StepSucceeded) {
        succeeded.incrementAndGet();
      }
    }
  }

  static final class BoundNowhere {
    BoundNowhere() {}
  }

  static final class Migrate implements InitStep {

    private final Database database;

    @Inject
    Migrate(Database database) {
      this.database = database;
    }

    @Override
    public String name() {
      return "migrate";
    }

    @Override
    public Phase phase() {
      return Phase.INFRASTRUCTURE;
    }

    @Override
    public void run(StepContext context) {
      database.migrations().incrementAndGet();
    }
  }
}
