package io.autoinit.core.protocol;

import java.time.Duration;

/**
 * The moment at which all waiting of one command ends. It bounds waiting, not trying: whoever is
 * past it still tries once.
 */
public final class Deadline {

  private final Timeline timeline;
  private final Duration end;
  private final Duration span;

  private Deadline(Timeline timeline, Duration end, Duration span) {
    this.timeline = timeline;
    this.end = end;
    this.span = span;
  }

  /**
   * A deadline counted from now.
   *
   * @param timeline whose time
   * @param span how far away; zero: try once
   * @return the deadline
   */
  public static Deadline in(Timeline timeline, Duration span) {
    return new Deadline(timeline, timeline.now().plus(span), span);
  }

  Duration left() {
    Duration left = end.minus(timeline.now());
    return left.isNegative() ? Duration.ZERO : left;
  }

  boolean passed() {
    return left().isZero();
  }

  /** The time that was given, for messages. */
  Duration span() {
    return span;
  }

  /** The shorter one of a pause and what is left. */
  Duration cut(Duration pause) {
    Duration left = left();
    return pause.compareTo(left) < 0 ? pause : left;
  }
}
