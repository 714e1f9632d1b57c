package io.autoinit.core.protocol;

import java.time.Duration;

/**
 * The moment at which all waiting of one command ends. It bounds waiting, not trying: whoever is
 * past it still tries once. Safe for use by any thread.
 */
public final class Deadline {

  private final Timeline timeline;
  private final Duration span;
  private final boolean moves;
  private volatile Duration end;

  private Deadline(Timeline timeline, Duration span, boolean moves) {
    this.timeline = timeline;
    this.span = span;
    this.moves = moves;
    this.end = timeline.now().plus(span);
  }

  /**
   * A deadline counted from now.
   *
   * @param timeline whose time
   * @param span how far away; zero: try once
   * @return the deadline
   */
  public static Deadline in(Timeline timeline, Duration span) {
    return new Deadline(timeline, span, false);
  }

  /**
   * A deadline counted from the last progress that was seen.
   *
   * @param timeline whose time
   * @param span how far away; zero: try once
   * @return the deadline
   */
  public static Deadline whileProgressing(Timeline timeline, Duration span) {
    return new Deadline(timeline, span, true);
  }

  /** The leader has got on: whoever waits while it does begins to count anew. */
  void progressed() {
    if (moves) {
      end = timeline.now().plus(span);
    }
  }

  /** Whether progress moves it, so that what is left is no bound. */
  boolean moves() {
    return moves && !span.isZero();
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
