package io.autoinit;

import java.util.Set;

/**
 * One named unit of work in a phase.
 *
 * <p>Steps come from {@link java.util.ServiceLoader}, from a Guice {@code Multibinder<InitStep>},
 * from the builder, or as commands in the configuration. They run one after the other, each on a
 * thread of its own; a step that honours interrupts and {@link StepContext#requireHeld()} stops in
 * time when its lease is lost or its timeout passes.
 *
 * <p>A step must be idempotent: after a crash in its middle, another process runs it again.
 */
public interface InitStep {

  /**
   * The name of this step, unique in its phase.
   *
   * @return a name of the form {@code [a-z][a-z0-9-]*}, at most 64 characters
   */
  String name();

  /**
   * When the step runs.
   *
   * @return the phase
   */
  Phase phase();

  /**
   * The steps of the same phase that must have run before this one. Where this leaves a choice, the
   * order of registration decides; a cycle or an unknown name is an error at start.
   *
   * @return names of steps
   */
  default Set<String> after() {
    return Set.of();
  }

  /**
   * How this step is tried.
   *
   * @return the policy
   */
  default StepPolicy policy() {
    return StepPolicy.of(phase());
  }

  /**
   * Does the work. Called on a thread of its own, at most once at a time.
   *
   * @param context what the step may ask and tell
   * @throws Exception if this attempt failed; its message is shown, recorded and told to the whole
   *     fleet, so it must not hold a secret
   */
  void run(StepContext context) throws Exception;
}
