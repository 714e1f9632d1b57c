package io.autoinit.core.protocol;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.StepFailedException;
import io.autoinit.StepPolicy;
import io.autoinit.core.steps.CommandContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt of a step, on a thread of its own. */
final class RunningStep implements CommandContext {

  private static final int LONGEST_PROGRESS = 1_024;

  private final Start start;
  private final Leadership leadership;
  private final InitStep step;
  private final int attempt;
  private final Consumer<RunningStep> changed;
  private volatile Duration began = Duration.ZERO;
  private volatile Duration end = Duration.ZERO;
  private volatile boolean ended;
  private volatile boolean cancelled;
  private volatile @Nullable Throwable thrown;
  private volatile @Nullable String progress;
  private volatile String reason = "";
  private Timeline.@Nullable Task task;

  RunningStep(
      Start start,
      Leadership leadership,
      InitStep step,
      int attempt,
      Consumer<RunningStep> changed) {
    this.start = start;
    this.leadership = leadership;
    this.step = step;
    this.attempt = attempt;
    this.changed = changed;
  }

  void begin() {
    began = start.timeline().now();
    changed.accept(this);
    task = start.timeline().start("autoinit-step-" + step.name(), this::work);
  }

  private void work() {
    try {
      step.run(this);
    } catch (Throwable e) {
      // Whatever a step throws is its failure, errors of linkage and memory included.
      thrown = e;
    }
    end = start.timeline().now();
    ended = true;
    leadership.bell().raise();
  }

  InitStep step() {
    return step;
  }

  Duration began() {
    return began;
  }

  Duration took() {
    return end.minus(began);
  }

  boolean ended() {
    return ended;
  }

  Optional<String> told() {
    return Optional.ofNullable(progress);
  }

  String reason() {
    return reason;
  }

  void reason(String why) {
    reason = why;
  }

  void cancel() {
    cancelled = true;
    if (task != null) {
      task.interrupt();
    }
  }

  boolean endsWithin(Duration grace) throws InterruptedException {
    return task == null || task.join(grace);
  }

  /** The failure of an attempt that ended by itself. */
  Optional<StepFailedException> failure(StepPolicy policy) {
    Throwable error = thrown;
    if (error == null) {
      return Optional.empty();
    }
    if (error instanceof LeaseLostException lost) {
      throw lost;
    }
    return Optional.of(failed(start.explain(error), policy, error));
  }

  StepFailedException failed(String why, StepPolicy policy, @Nullable Throwable cause) {
    reason = why;
    String message =
        "Step '%s' failed%s: %s"
            .formatted(
                step.name(),
                policy.attempts() == 1
                    ? ""
                    : " (attempt %d of %d)".formatted(attempt, policy.attempts()),
                why);
    return cause == null
        ? new StepFailedException(step.name(), message)
        : new StepFailedException(step.name(), message, cause);
  }

  @Override
  public Namespace namespace() {
    return start.run().namespace();
  }

  @Override
  public RunId runId() {
    return start.run().runId();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public long fencingToken() {
    return leadership.token();
  }

  @Override
  public void requireHeld() {
    if (cancelled) {
      throw new LeaseLostException("step '%s' was asked to stop".formatted(step.name()));
    }
    leadership.requireHeld();
  }

  @Override
  public void progress(String message) {
    if (ended || cancelled) {
      return;
    }
    String line = cut(start.redaction().apply(message));
    progress = line;
    changed.accept(this);
    start.events().tell(new InitEvent.StepProgress(step.phase(), step.name(), line));
  }

  @Override
  public void line(String line) {
    String shown = start.redaction().apply(line);
    if (!ended && !cancelled) {
      progress = cut(shown);
      changed.accept(this);
    }
    start.events().tell(new InitEvent.StepOutput(step.phase(), step.name(), shown));
  }

  @Override
  public Duration validFor() {
    return cancelled ? Duration.ZERO : leadership.validFor();
  }

  private static String cut(String message) {
    return message.length() <= LONGEST_PROGRESS ? message : message.substring(0, LONGEST_PROGRESS);
  }

  @Override
  public BooleanSupplier cancelled() {
    return () -> cancelled;
  }
}
