package io.autoinit.core;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import io.autoinit.InitListener;
import io.autoinit.InitStep;
import java.util.Set;

/**
 * autoinit in an application that uses Guice: it provides {@link AutoInit} as a singleton and takes
 * the steps and listeners that the application contributes.
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder(), InitStep.class).addBinding().to(MigrateStep.class);
 * install(new AutoInitModule(AutoInit.builder()));
 * }</pre>
 *
 * <p>Whoever gets the {@link AutoInit} closes it.
 */
public final class AutoInitModule extends AbstractModule {

  private final AutoInit.Builder builder;

  /**
   * Creates the module.
   *
   * @param builder what the start is told beside the bound steps and listeners; used once
   */
  public AutoInitModule(AutoInit.Builder builder) {
    this.builder = builder;
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), InitStep.class);
    Multibinder.newSetBinder(binder(), InitListener.class);
  }

  @Provides
  @Singleton
  AutoInit autoInit(Set<InitStep> steps, Set<InitListener> listeners) {
    steps.forEach(builder::step);
    listeners.forEach(builder::listener);
    return builder.build();
  }
}
