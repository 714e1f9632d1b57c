package io.autoinit.simulation;

/** Comes out of every wait of a process that is dead, so that its threads can go home. */
final class Killed extends Error {

  private static final long serialVersionUID = 1L;

  /** One for each wait: what closes behind another exception adds itself to it. */
  Killed() {
    super("killed", null, false, false);
  }
}
