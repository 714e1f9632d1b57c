package io.autoinit.core.steps;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.StepPolicy;
import io.autoinit.core.settings.CommandDeclaration;
import java.time.Duration;
import java.util.Set;

/** A step that runs a command. Its process group dies on interrupt and with this JVM. */
public final class CommandStep implements InitStep {

  private final CommandDeclaration declaration;

  /** How long the processes get to end after TERM and KILL together. */
  final Duration grace;

  /**
   * Creates the step.
   *
   * @param declaration what to run
   * @param grace how long the processes get to end when the step is interrupted
   */
  public CommandStep(CommandDeclaration declaration, Duration grace) {
    this.declaration = declaration;
    this.grace = grace;
  }

  @Override
  public String name() {
    return declaration.name();
  }

  @Override
  public Phase phase() {
    return declaration.phase();
  }

  @Override
  public Set<String> after() {
    return declaration.after();
  }

  @Override
  public StepPolicy policy() {
    return declaration.policy();
  }

  @Override
  public void run(StepContext context) throws Exception {
    throw new IllegalStateException("under construction");
  }
}
