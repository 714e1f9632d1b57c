package io.autoinit.core.steps;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.StepPolicy;
import io.autoinit.core.settings.CommandDeclaration;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A step that runs a command. All processes of the command end when the command ends, when the step
 * is interrupted, when this JVM dies, and when it is stopped for longer than its lease is valid.
 *
 * <p>The output goes line by line to the context if it is a {@link CommandContext}, else to {@link
 * StepContext#progress}; its last lines are part of the message of a failure. Secrets are taken out
 * of it before anything else sees it.
 */
public final class CommandStep implements InitStep {

  private final CommandDeclaration declaration;
  private final Duration grace;
  private final UnaryOperator<String> redaction;

  /**
   * Creates the step.
   *
   * @param declaration what to run
   * @param grace how long the processes get to end when the step is interrupted; after half of it
   *     they are killed
   * @param redaction takes secrets out of a line of output
   */
  public CommandStep(
      CommandDeclaration declaration, Duration grace, UnaryOperator<String> redaction) {
    this.declaration = declaration;
    this.grace = grace;
    this.redaction = redaction;
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
  public void run(StepContext context) throws IOException, InterruptedException {
    context.requireHeld();
    Consumer<String> lines =
        context instanceof CommandContext command ? command::line : context::progress;
    OutputTail output = new OutputTail(redaction, lines);
    try (CommandProcess process =
        CommandProcess.start(
            declaration.command(),
            declaration.directory(),
            environment(context),
            grace.dividedBy(2),
            validity(context),
            output)) {
      int exitCode;
      try {
        exitCode = process.waitFor(() -> validity(context));
      } catch (InterruptedException e) {
        process.terminate(grace.dividedBy(2));
        throw e;
      }
      process.finish();
      if (exitCode != 0) {
        throw new IOException(failure(exitCode, output.tail()));
      }
    }
  }

  /** Other contexts know no lease that ends. */
  private static Optional<Duration> validity(StepContext context) {
    return context instanceof CommandContext command
        ? Optional.of(command.validFor())
        : Optional.empty();
  }

  private Map<String, String> environment(StepContext context) {
    Map<String, String> environment = new LinkedHashMap<>(declaration.environment());
    environment.put("AUTOINIT_RUN_ID", context.runId().value());
    environment.put("AUTOINIT_NAMESPACE", context.namespace().value());
    environment.put("AUTOINIT_STEP", name());
    environment.put("AUTOINIT_ATTEMPT", Integer.toString(context.attempt()));
    environment.put("AUTOINIT_FENCING_TOKEN", Long.toString(context.fencingToken()));
    return environment;
  }

  /** Shows the program and not its arguments, which may hold a secret. */
  private String failure(int exitCode, String tail) {
    return "the command '%s' ended with exit code %d%s%s"
        .formatted(
            declaration.command().get(0),
            exitCode,
            exitCode > 128 && exitCode < 128 + 65 ? " (signal " + (exitCode - 128) + ")" : "",
            tail.isEmpty() ? " and wrote nothing" : ": " + tail);
  }
}
