package io.autoinit.spi;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What the fleet knows of one run: a value that a {@link ReadinessStore} keeps whole. A store needs
 * to look at {@link #run()}, {@link #token()} and {@link #isReady()} alone; the rest travels as
 * {@link #toText()}.
 */
public sealed interface Readiness {

  /**
   * How much of a message is kept, in bytes of UTF-8; longer ones are cut, never refused (READY-8).
   */
  int LONGEST_MESSAGE = 8192;

  /**
   * The run.
   *
   * @return its key
   */
  RunKey run();

  /**
   * The fencing token of the lease under which this was written; for a claim that of the record
   * that it replaced, 0 if there was none.
   *
   * @return the token
   */
  long token();

  /**
   * Who wrote this.
   *
   * @return a text for people
   */
  String holder();

  /**
   * The steps that this run has completed, in their order.
   *
   * @return the steps
   */
  List<CompletedStep> completed();

  /**
   * Whether the infrastructure phase of the run is done.
   *
   * @return true for {@link Ready}
   */
  default boolean isReady() {
    return this instanceof Ready;
  }

  /**
   * This record as a text of printable ASCII characters and line feeds, for stores to keep.
   *
   * @return the text, which {@link #fromText} reads
   */
  default String toText() {
    return ReadinessText.write(this);
  }

  /**
   * Reads what {@link #toText} wrote, in this or a later release.
   *
   * @param text the text
   * @return the record
   * @throws IllegalArgumentException if it is not such a text
   */
  static Readiness fromText(String text) {
    return ReadinessText.read(text);
  }

  /**
   * Somebody is about to get the lock for this run. A gate that keeps other candidates away, not a
   * guard.
   *
   * @param run the run
   * @param token the token of the record that the claim replaced, 0 if there was none
   * @param holder who claims
   * @param completed the completed steps of the record that the claim replaced
   */
  record Claimed(RunKey run, long token, String holder, List<CompletedStep> completed)
      implements Readiness {
    /** Copies the list. */
    public Claimed {
      completed = List.copyOf(completed);
    }
  }

  /**
   * A leader runs the steps.
   *
   * @param run the run
   * @param token the leader's token
   * @param holder the leader
   * @param completed the completed steps
   * @param step the step in work; empty between steps
   * @param attempt the attempt of that step, counted from 1; 0 between steps
   * @param progress what the step last told; cut to {@link #LONGEST_MESSAGE}
   */
  record Running(
      RunKey run,
      long token,
      String holder,
      List<CompletedStep> completed,
      Optional<String> step,
      int attempt,
      Optional<String> progress)
      implements Readiness {
    /** Copies the list and cuts the message. */
    public Running {
      completed = List.copyOf(completed);
      progress = progress.map(ReadinessText::cut);
    }
  }

  /**
   * A leader or claimant gave up on purpose and all its work has stopped: anybody may go on at
   * once.
   *
   * @param run the run
   * @param token the token of who stopped
   * @param holder who stopped
   * @param completed the completed steps
   */
  record Stopped(RunKey run, long token, String holder, List<CompletedStep> completed)
      implements Readiness {
    /** Copies the list. */
    public Stopped {
      completed = List.copyOf(completed);
    }
  }

  /**
   * A step failed for good.
   *
   * @param run the run
   * @param token the leader's token
   * @param holder the leader
   * @param completed the completed steps
   * @param step the step that failed
   * @param cause why, without secrets; cut to {@link #LONGEST_MESSAGE}
   * @param retryAfter how old this record must be before somebody tries again, in whole
   *     milliseconds
   */
  record Failed(
      RunKey run,
      long token,
      String holder,
      List<CompletedStep> completed,
      String step,
      String cause,
      Duration retryAfter)
      implements Readiness {
    /** Copies the list, cuts the message, and the duration to what the text form keeps. */
    public Failed {
      retryAfter = retryAfter.truncatedTo(ChronoUnit.MILLIS);
      completed = List.copyOf(completed);
      cause = ReadinessText.cut(cause);
    }
  }

  /**
   * The infrastructure phase is done. Stands until it is cleared (READY-3).
   *
   * @param run the run
   * @param token the leader's token
   * @param holder the leader
   * @param completed the completed steps
   */
  record Ready(RunKey run, long token, String holder, List<CompletedStep> completed)
      implements Readiness {
    /** Copies the list. */
    public Ready {
      completed = List.copyOf(completed);
    }
  }
}
