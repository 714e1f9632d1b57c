package io.autoinit.chaos;

import io.autoinit.chaos.FleetSettings.Network;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does to a fleet what its plan says, when the first process reaches the point. */
final class Injector implements AutoCloseable {

  private final Plan plan;
  private final Lane lane;
  private final Scribe scribe;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private boolean done;

  Injector(Plan plan, Lane lane, Scribe scribe) {
    this.plan = plan;
    this.lane = lane;
    this.scribe = scribe;
  }

  /** Where a node reaches its servers. */
  Network network(String node) {
    return new Network(
        lane.postgres().host() + ":" + lane.postgres().port(),
        lane.redis().host() + ":" + lane.redis().port());
  }

  synchronized boolean isDone() {
    return done;
  }

  /** Called by a process that waits at the point. */
  synchronized void reached(NodeProcess process, String point) {
    if (!done) {
      done = true;
      strike(process, point);
    }
    process.go();
  }

  private void strike(NodeProcess process, String point) {
    switch (plan.fault()) {
      case CALM -> {}
      case KILL -> {
        tell("kill", process, point);
        process.kill();
      }
      case STOP -> {
        tell("stop", process, point);
        process.freeze();
        scribe.write("stopped", "of", process.name());
        afterwards(
            () -> {
              scribe.write("continue", "of", process.name());
              process.thaw();
            });
      }
    }
  }

  private void tell(String what, NodeProcess process, String point) {
    scribe.write("fault", "what", what, "of", process.name(), "point", point);
  }

  /** Does something when the fault has lasted as long as it should. */
  private void afterwards(Runnable what) {
    var unused = later.schedule(what, plan.lasting().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends whatever still disturbs the fleet. */
  void end() throws InterruptedException {
    later.shutdown();
    if (!later.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a fault does not end");
    }
  }

  @Override
  public void close() {
    later.shutdownNow();
  }
}
