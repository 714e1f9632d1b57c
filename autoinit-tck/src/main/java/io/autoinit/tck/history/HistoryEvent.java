package io.autoinit.tck.history;

import java.time.Duration;
import java.util.Locale;

/**
 * Something that a holder of locks did, or that was done to one. A request to the store is two
 * events, its sending and its answer, because only what lies between an answer and the next sending
 * is certain: of a process that was killed, the history has the one without the other.
 *
 * <p>Times are {@link System#nanoTime} of the process where it happened, taken before what is sent
 * and after what was answered. On Linux all processes of one machine count from the same moment;
 * where they do not, their events cannot be put into one history.
 */
public sealed interface HistoryEvent {

  /**
   * When it happened.
   *
   * @return a reading of {@link System#nanoTime}
   */
  long at();

  /**
   * Whom it concerns.
   *
   * @return the name of a client
   */
  String client();

  /**
   * The event as one line of text, as {@link #fromLine} reads it.
   *
   * @return a line without its end
   */
  String line();

  /** What a holder did with a lease, or to get one. */
  sealed interface OfLease extends HistoryEvent {

    /**
     * The attempt.
     *
     * @return the attempt, and the lease if it got one
     */
    LeaseId lease();

    @Override
    default String client() {
      return lease().client();
    }
  }

  /**
   * An attempt to get a lock was sent.
   *
   * @param at before it was sent
   * @param lease the attempt
   * @param lock the lock, one word
   * @param ttl the time to live that was asked for
   */
  record Asked(long at, LeaseId lease, String lock, Duration ttl) implements OfLease {
    @Override
    public String line() {
      return words(at, "asked", lease, lock, ttl.toNanos());
    }
  }

  /**
   * The attempt got the lock.
   *
   * @param at after the answer
   * @param lease the lease
   * @param token its token
   */
  record Got(long at, LeaseId lease, long token) implements OfLease {
    @Override
    public String line() {
      return words(at, "got", lease, token);
    }
  }

  /**
   * The attempt found the lock held.
   *
   * @param at after the answer
   * @param lease the attempt
   */
  record Refused(long at, LeaseId lease) implements OfLease {
    @Override
    public String line() {
      return words(at, "refused", lease);
    }
  }

  /**
   * A request had no answer, so that nobody knows what became of it.
   *
   * @param at after the error
   * @param lease the attempt or lease
   * @param error what was thrown
   */
  record Failed(long at, LeaseId lease, String error) implements OfLease {
    @Override
    public String line() {
      return words(at, "failed", lease, error.replaceAll("\\s+", " "));
    }
  }

  /**
   * A renewal was sent.
   *
   * @param at before it was sent
   * @param lease the lease
   */
  record Renewing(long at, LeaseId lease) implements OfLease {
    @Override
    public String line() {
      return words(at, "renewing", lease);
    }
  }

  /**
   * A renewal was answered.
   *
   * @param at after the answer
   * @param lease the lease
   * @param held the answer
   */
  record Renewed(long at, LeaseId lease, boolean held) implements OfLease {
    @Override
    public String line() {
      return words(at, "renewed", lease, held);
    }
  }

  /**
   * The holder gives the lock back.
   *
   * @param at before it was sent
   * @param lease the lease
   */
  record Releasing(long at, LeaseId lease) implements OfLease {
    @Override
    public String line() {
      return words(at, "releasing", lease);
    }
  }

  /**
   * The lock was given back.
   *
   * @param at after the answer
   * @param lease the lease
   */
  record Released(long at, LeaseId lease) implements OfLease {
    @Override
    public String line() {
      return words(at, "released", lease);
    }
  }

  /**
   * The counter that the lock guards was read, by a holder that trusts in its lease.
   *
   * @param at when
   * @param lease the lease
   * @param value what it read
   */
  record Read(long at, LeaseId lease, long value) implements OfLease {
    @Override
    public String line() {
      return words(at, "read", lease, value);
    }
  }

  /**
   * The counter that the lock guards was written, by a holder within the validity of its lease: one
   * more than the holder had read.
   *
   * @param at when
   * @param lease the lease
   * @param value what it wrote
   */
  record Wrote(long at, LeaseId lease, long value) implements OfLease {
    @Override
    public String line() {
      return words(at, "wrote", lease, value);
    }
  }

  /**
   * A client ended: what it held is certain no more.
   *
   * @param at before it was done
   * @param client the client
   * @param how how it ended
   */
  record Gone(long at, String client, How how) implements HistoryEvent {

    /** How a client ends. */
    public enum How {
      /** Its process was killed. */
      KILLED,
      /** It lost its connection for ever, without a goodbye. */
      ABANDONED,
      /** It closed in good order, which releases what it holds. */
      CLOSED
    }

    @Override
    public String line() {
      return words(at, "gone", client, how.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * The process of a client was stopped, as by SIGSTOP. Its leases go on meanwhile.
   *
   * @param at before it was done
   * @param client the client
   */
  record Paused(long at, String client) implements HistoryEvent {
    @Override
    public String line() {
      return words(at, "paused", client);
    }
  }

  /**
   * The process of a client goes on, as by SIGCONT.
   *
   * @param at before it was done
   * @param client the client
   */
  record Resumed(long at, String client) implements HistoryEvent {
    @Override
    public String line() {
      return words(at, "resumed", client);
    }
  }

  /**
   * Reads what {@link #line} wrote.
   *
   * @param line a line without its end
   * @return the event
   * @throws IllegalArgumentException if the line is no event
   */
  static HistoryEvent fromLine(String line) {
    String[] word = line.split(" ", 5);
    try {
      long at = Long.parseLong(word[0]);
      return switch (word[1]) {
        case "asked" ->
            new Asked(at, lease(word), word[3], Duration.ofNanos(Long.parseLong(word[4])));
        case "got" -> new Got(at, lease(word), Long.parseLong(word[3]));
        case "refused" -> new Refused(at, lease(word));
        case "failed" -> new Failed(at, lease(word), line.split(" ", 4)[3]);
        case "renewing" -> new Renewing(at, lease(word));
        case "renewed" -> new Renewed(at, lease(word), word[3].equals("true"));
        case "releasing" -> new Releasing(at, lease(word));
        case "released" -> new Released(at, lease(word));
        case "read" -> new Read(at, lease(word), Long.parseLong(word[3]));
        case "wrote" -> new Wrote(at, lease(word), Long.parseLong(word[3]));
        case "gone" -> new Gone(at, word[2], Gone.How.valueOf(word[3].toUpperCase(Locale.ROOT)));
        case "paused" -> new Paused(at, word[2]);
        case "resumed" -> new Resumed(at, word[2]);
        default -> throw new IllegalArgumentException("an unknown kind of event");
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not an event of a history: '" + line + "'", e);
    }
  }

  private static LeaseId lease(String[] word) {
    return LeaseId.fromText(word[2]);
  }

  private static String words(Object... words) {
    var line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    return line.toString();
  }
}
