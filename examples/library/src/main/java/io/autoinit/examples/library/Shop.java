package io.autoinit.examples.library;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.core.AutoInit;

/** A service that starts only after its database is migrated. */
public final class Shop {

  /** Runs once for the whole fleet and run id. */
  static final class Migrate implements InitStep {
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
      context.progress("creating tables");
    }
  }

  /**
   * Starts the service.
   *
   * @param args none
   */
  public static void main(String[] args) {
    try (AutoInit start = AutoInit.builder().step(new Migrate()).build()) {
      start.run(); // both phases; throws if this member must not serve
    }
    System.out.println("serving");
  }

  private Shop() {}
}
