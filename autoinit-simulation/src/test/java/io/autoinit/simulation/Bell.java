package io.autoinit.simulation;

import io.autoinit.core.protocol.Timeline;
import java.time.Duration;

/** A signal on virtual time. */
final class Bell implements Timeline.Signal {

  private final Machine machine;
  private boolean raised;

  Bell(Machine machine) {
    this.machine = machine;
  }

  @Override
  public void raise() {
    raised = true;
  }

  boolean raised() {
    return raised;
  }

  boolean take() {
    boolean rang = raised;
    raised = false;
    return rang;
  }

  @Override
  public boolean await(Duration atMost) throws InterruptedException {
    return machine.working().await(this, atMost);
  }
}
