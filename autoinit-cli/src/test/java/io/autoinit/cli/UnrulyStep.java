package io.autoinit.cli;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.nio.file.Files;
import java.nio.file.Path;

/** A step of an application that does what a step must not: what the variable UNRULY says. */
public final class UnrulyStep implements InitStep {

  /** For {@link java.util.ServiceLoader}. */
  public UnrulyStep() {}

  @Override
  public String name() {
    return "unruly";
  }

  @Override
  public Phase phase() {
    return Phase.INFRASTRUCTURE;
  }

  @Override
  public void run(StepContext context) throws Exception {
    Files.writeString(Path.of("step"), ProcessHandle.current().pid() + "\n");
    switch (System.getenv("UNRULY")) {
      case "exits" -> System.exit(0);
      case "lets another thread exit" -> {
        new Thread(() -> System.exit(0)).start();
        Thread.sleep(600_000);
      }
      default -> ignoreInterrupts();
    }
  }

  private static void ignoreInterrupts() {
    int ignored = 0;
    while (ignored < 1_000) {
      try {
        Thread.sleep(600_000);
      } catch (InterruptedException e) {
        ignored++;
      }
    }
  }
}
