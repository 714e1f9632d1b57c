package io.autoinit.simulation;

import org.jspecify.annotations.Nullable;

/** A step that is being worked at. */
final class Body {

  private final Life life;
  private final Scenario.Step step;
  private final long token;
  private final @Nullable Rule against;

  /** Work that begins; against which rule, if it is to go on. */
  Body(Life life, Scenario.Step step, long token, @Nullable Rule against) {
    this.life = life;
    this.step = step;
    this.token = token;
    this.against = against;
  }

  Life life() {
    return life;
  }

  Scenario.Step step() {
    return step;
  }

  long token() {
    return token;
  }

  /** The rule that it breaks if it goes on: it was done before, or is not due yet. */
  @Nullable Rule against() {
    return against;
  }

  @Override
  public String toString() {
    return "'%s' on %s (token %d)".formatted(step.name(), life, token);
  }
}
