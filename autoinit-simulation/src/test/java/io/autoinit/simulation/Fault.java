package io.autoinit.simulation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Something that goes wrong once, at a time or around a request. Times are in milliseconds. */
record Fault(Trigger when, Misfortune what) {

  /** The member that holds the lock of the infrastructure phase, whoever that is. */
  static final int LEADER = -1;

  static String who(int node) {
    return node == LEADER ? "the leader" : "n" + (node + 1);
  }

  /** The fault in a fleet without one of its nodes; empty if it was about that node. */
  Optional<Fault> withoutNode(int gone) {
    Trigger trigger =
        when instanceof Around around
            ? new Around(shifted(around.node(), gone), around.request(), around.after())
            : when;
    boolean lost = what.node() == gone || (when instanceof Around around && around.node() == gone);
    return lost
        ? Optional.empty()
        : Optional.of(new Fault(trigger, what.at(shifted(what.node(), gone))));
  }

  private static int shifted(int node, int gone) {
    return node > gone ? node - 1 : node;
  }

  /** When it happens. */
  sealed interface Trigger {}

  /** At a moment. */
  record At(int moment) implements Trigger {
    @Override
    public String toString() {
      return "at %d ms".formatted(moment);
    }
  }

  /** Around one of the requests that a node makes, before the store does it or after. */
  record Around(int node, int request, boolean after) implements Trigger {
    @Override
    public String toString() {
      return "%s request %d of %s".formatted(after ? "after" : "before", request, who(node));
    }
  }

  /** Which store. */
  enum Where {
    LOCK,
    SIGNAL
  }

  /** What happens. */
  sealed interface Misfortune {
    /** How long it can hold anybody up. */
    default int lasts() {
      return 0;
    }

    /** Whom it befalls, if it does not befall all. */
    default int node() {
      return LEADER;
    }

    /** The same, befalling another. */
    default Misfortune at(int node) {
      return this;
    }

    /** The same, less bad. */
    default List<Misfortune> less() {
      return List.of();
    }
  }

  /**
   * A process is killed.
   *
   * @param back when its node starts another; negative: never
   * @param freed when the store notices and frees its locks; negative: only by their time to live
   */
  record Crash(int node, int back, int freed) implements Misfortune {
    @Override
    public int lasts() {
      return 10_000;
    }

    @Override
    public Misfortune at(int other) {
      return new Crash(other, back, freed);
    }

    @Override
    public List<Misfortune> less() {
      return freed < 0 ? List.of() : List.of(new Crash(node, back, -1));
    }

    @Override
    public String toString() {
      return "%s is killed%s%s"
          .formatted(
              who(node),
              back < 0 ? " for good" : ", back after %d ms".formatted(back),
              freed < 0 ? "" : ", its locks are freed after %d ms".formatted(freed));
    }
  }

  /** A process is interrupted, as by SIGTERM, and its node starts another. */
  record Terminate(int node) implements Misfortune {
    @Override
    public Misfortune at(int other) {
      return new Terminate(other);
    }

    @Override
    public String toString() {
      return who(node) + " is terminated";
    }
  }

  /** A process stands still for a while. */
  record Pause(int node, int lasts) implements Misfortune {
    @Override
    public Misfortune at(int other) {
      return new Pause(other, lasts);
    }

    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new Pause(node, lasts * 2 / 3));
    }

    @Override
    public String toString() {
      return "%s is stopped for %d ms".formatted(who(node), lasts);
    }
  }

  /** What becomes of requests. */
  enum Way {
    /** No request arrives, and the sender learns it at once. */
    REFUSED,
    /** No request arrives, and no reply: the sender gives up after a while. */
    LOST,
    /** Requests arrive and are done, replies do not. */
    UNANSWERED
  }

  /** A process cannot reach a store for a while. */
  record Cut(int node, Where where, int lasts, Way way) implements Misfortune {
    @Override
    public Misfortune at(int other) {
      return new Cut(other, where, lasts, way);
    }

    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new Cut(node, where, lasts * 2 / 3, way));
    }

    @Override
    public String toString() {
      return "requests of %s to the %s store are %s for %d ms"
          .formatted(who(node), name(where), name(way), lasts);
    }
  }

  /** Nobody can reach a store for a while. */
  record Outage(Where where, int lasts, Way way) implements Misfortune {
    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new Outage(where, lasts * 2 / 3, way));
    }

    @Override
    public String toString() {
      return "requests to the %s store are %s for %d ms".formatted(name(where), name(way), lasts);
    }
  }

  /**
   * A process can reach no store for a while, and the store frees its lock.
   *
   * @param freed when the lock is freed; negative: only by its time to live
   */
  record CutOff(int node, int lasts, Way way, int freed) implements Misfortune {
    @Override
    public Misfortune at(int other) {
      return new CutOff(other, lasts, way, freed);
    }

    @Override
    public List<Misfortune> less() {
      return freed < 0 ? List.of() : List.of(new CutOff(node, lasts, way, -1));
    }

    @Override
    public String toString() {
      return "requests of %s are %s for %d ms%s"
          .formatted(
              who(node),
              name(way),
              lasts,
              freed < 0 ? "" : ", its lock is freed after %d ms".formatted(freed));
    }
  }

  /** A store takes its time for a while. */
  record Slow(Where where, int lasts, int by) implements Misfortune {
    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new Slow(where, lasts * 2 / 3, by));
    }

    @Override
    public String toString() {
      return "requests to and answers of the %s store take %d ms more, for %d ms"
          .formatted(name(where), by, lasts);
    }
  }

  /** What a store answers to a process takes long for a while. */
  record SlowAnswers(int node, Where where, int lasts, int by) implements Misfortune {
    @Override
    public Misfortune at(int other) {
      return new SlowAnswers(other, where, lasts, by);
    }

    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new SlowAnswers(node, where, lasts * 2 / 3, by));
    }

    @Override
    public String toString() {
      return "answers of the %s store to %s take %d ms more, for %d ms"
          .formatted(name(where), who(node), by, lasts);
    }
  }

  /**
   * The next write of a process takes long, perhaps so long that its sender gives up on it.
   *
   * @param overtaken whether what the process sends later may arrive before it
   */
  record Late(int node, Where where, int by, boolean overtaken) implements Misfortune {
    @Override
    public int lasts() {
      return 10_000;
    }

    @Override
    public Misfortune at(int other) {
      return new Late(other, where, by, overtaken);
    }

    @Override
    public List<Misfortune> less() {
      return by <= 500 ? List.of() : List.of(new Late(node, where, by * 2 / 3, overtaken));
    }

    @Override
    public String toString() {
      return "the next write of %s to the %s store arrives %d ms late%s"
          .formatted(who(node), name(where), by, overtaken ? " and may be overtaken" : "");
    }
  }

  /** The signal loses its data. */
  record Flush() implements Misfortune {
    @Override
    public String toString() {
      return "the signal is flushed";
    }
  }

  /** The store frees the lock of the infrastructure phase although its holder lives. */
  record Drop() implements Misfortune {
    @Override
    public String toString() {
      return "the store frees the lock";
    }
  }

  /** Claims are said to be accepted for a while, and are not. */
  record FalseClaims(int lasts) implements Misfortune {
    @Override
    public String toString() {
      return "claims are falsely accepted for %d ms".formatted(lasts);
    }
  }

  /** What becomes of hints. */
  enum Hints {
    LOST,
    LATE,
    DOUBLED
  }

  /** Hints do not arrive as they should for a while. */
  record Deaf(int lasts, Hints how) implements Misfortune {
    @Override
    public List<Misfortune> less() {
      return lasts <= 500 ? List.of() : List.of(new Deaf(lasts * 2 / 3, how));
    }

    @Override
    public String toString() {
      return "hints are %s for %d ms".formatted(name(how), lasts);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return when + ", " + what;
  }
}
