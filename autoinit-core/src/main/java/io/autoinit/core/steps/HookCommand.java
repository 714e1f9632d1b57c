package io.autoinit.core.steps;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A command that hears how a run ended. It gets a short time; then it is ended with all its
 * processes.
 */
public final class HookCommand {

  /** How long a hook may take. */
  public static final Duration LONGEST = Duration.ofSeconds(10);

  private final List<String> command;
  private final Duration longest;
  private final Duration grace;
  private final UnaryOperator<String> redaction;

  /**
   * Creates the hook.
   *
   * @param command the program and its arguments
   * @param longest how long it may take
   * @param grace how long its processes get to end before they are killed
   * @param redaction takes secrets out of its output
   */
  public HookCommand(
      List<String> command, Duration longest, Duration grace, UnaryOperator<String> redaction) {
    this.command = List.copyOf(command);
    this.longest = longest;
    this.grace = grace;
    this.redaction = redaction;
  }

  /**
   * Runs the command. An interrupt ends it, and is there again afterwards.
   *
   * @param facts variables on top of those of this process
   * @return what went wrong, without a subject; empty if nothing did
   */
  public Optional<String> run(Map<String, String> facts) {
    OutputTail output = new OutputTail(redaction, line -> {});
    try (CommandProcess process =
        CommandProcess.start(command, Optional.empty(), facts, grace, Optional.empty(), output)) {
      OptionalInt code;
      try {
        code = process.exitWithin(longest);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.terminate(grace);
        return Optional.of("was interrupted");
      }
      if (code.isEmpty()) {
        process.terminate(grace);
        return Optional.of("took longer than %d s and was ended".formatted(longest.toSeconds()));
      }
      process.finish();
      return code.getAsInt() == 0
          ? Optional.empty()
          : Optional.of(
              "ended with exit code %d%s"
                  .formatted(code.getAsInt(), output.tail().isEmpty() ? "" : ": " + output.tail()));
    } catch (IOException e) {
      return Optional.of("could not be started");
    }
  }
}
