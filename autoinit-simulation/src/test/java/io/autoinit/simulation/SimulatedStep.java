package io.autoinit.simulation;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.StepPolicy;
import java.time.Duration;

/** A step as one process runs it: works in ticks, and does as its scenario says. */
final class SimulatedStep implements InitStep {

  private static final Duration TICK = Duration.ofMillis(700);
  private static final Duration HANGING = Duration.ofMinutes(3);

  private final Scenario.Step step;
  private final Life life;
  private final Play play;

  SimulatedStep(Scenario.Step step, Life life, Play play) {
    this.step = step;
    this.life = life;
    this.play = play;
  }

  @Override
  public String name() {
    return step.name();
  }

  @Override
  public Phase phase() {
    return step.phase();
  }

  @Override
  public StepPolicy policy() {
    StepPolicy policy =
        StepPolicy.of(step.phase())
            .withAttempts(step.attempts(), Duration.ofMillis(500))
            .withOnFailure(step.onFailure());
    return step.timeout() > 0 ? policy.withTimeout(Duration.ofMillis(step.timeout())) : policy;
  }

  @Override
  public void run(StepContext context) throws Exception {
    boolean bad = play.nextRun(step, life) <= step.bad();
    Body body = play.referee().began(life, step, context.fencingToken());
    play.story().tell(life, "begins '%s', token %d", step.name(), context.fencingToken());
    try {
      work(body, context, bad && step.hangs() ? HANGING : Duration.ofMillis(step.work()));
      if (bad) {
        play.story().tell(life, "fails in '%s'", step.name());
        play.referee().failed(body);
        throw new IllegalStateException("it was to fail");
      }
      play.story().tell(life, "is done with '%s'", step.name());
      play.referee().succeeded(body);
    } catch (InterruptedException e) {
      play.story().tell(life, "stops '%s'", step.name());
      throw e;
    } finally {
      if (!life.dead()) {
        play.referee().ended(body);
      }
    }
  }

  private void work(Body body, StepContext context, Duration work) throws InterruptedException {
    Duration end = life.now().plus(work);
    Duration patience = Duration.ofMillis(step.stubborn());
    Duration stopAt = end;
    boolean interrupted = false;
    while (life.now().compareTo(end) < 0) {
      Duration left = (interrupted ? stopAt : end).minus(life.now());
      try {
        life.sleep(left.compareTo(TICK) < 0 ? left : TICK);
      } catch (InterruptedException e) {
        if (!interrupted) {
          interrupted = true;
          Duration stop = life.now().plus(patience);
          stopAt = stop.compareTo(end) < 0 ? stop : end;
        }
      }
      if (interrupted && stopAt.compareTo(end) < 0 && life.now().compareTo(stopAt) >= 0) {
        throw new InterruptedException();
      }
      if (step.asks() && !interrupted) {
        context.requireHeld();
        play.referee().believed(body);
      }
      if (step.tells()) {
        context.progress("still at it");
      }
    }
  }
}
