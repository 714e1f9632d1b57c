package io.autoinit.simulation;

import io.autoinit.core.protocol.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One process of a node, from its start to its end or its death, with a clock that goes at its own
 * rate. It is the timeline that the protocol is given.
 */
final class Life implements Timeline {

  private static final Duration ORIGIN = Duration.ofDays(1);
  private static final int EXACT = 100;

  private final Machine machine;
  private final int node;
  private final String name;
  private final int rate;
  private final long born;
  private final List<Runnable> unheard = new ArrayList<>();
  private boolean paused;
  private boolean dead;
  private long resumedAt = Long.MIN_VALUE / 2;

  /** A life of a node whose clock shows so many percent of the time that passes. */
  Life(Machine machine, int node, String name, int rate) {
    this.machine = machine;
    this.node = node;
    this.name = name;
    this.rate = rate;
    this.born = machine.now();
  }

  /** When its process started. */
  long born() {
    return born;
  }

  int node() {
    return node;
  }

  boolean dead() {
    return dead;
  }

  void die() {
    dead = true;
  }

  boolean paused() {
    return paused && !dead;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    resumedAt = machine.now();
    List<Runnable> now = List.copyOf(unheard);
    unheard.clear();
    now.forEach(Runnable::run);
  }

  /** When it last woke up. */
  long resumedAt() {
    return resumedAt;
  }

  /** Something that reaches the process as soon as it can hear. */
  void hear(Runnable what) {
    if (dead) {
      return;
    }
    if (paused) {
      unheard.add(what);
    } else {
      what.run();
    }
  }

  void requireAlive() {
    if (dead) {
      throw new Killed();
    }
  }

  /** The moment of the world at which this clock will have gone on by a duration. */
  long moment(Duration later) {
    long goal = shown() + Math.max(0, later.toNanos());
    return (goal * EXACT + rate - 1) / rate;
  }

  private long shown() {
    return machine.now() * rate / EXACT;
  }

  @Override
  public Duration now() {
    return ORIGIN.plusNanos(shown());
  }

  @Override
  public Signal signal() {
    return new Bell(machine);
  }

  @Override
  public Task start(String work, Runnable body) {
    requireAlive();
    return machine.start(this, work, body);
  }

  @Override
  public Duration random(Duration bound) {
    return bound.isZero() || bound.isNegative()
        ? Duration.ZERO
        : Duration.ofNanos(machine.random().nextLong(bound.toNanos()));
  }

  @Override
  public String toString() {
    return name;
  }
}
