package io.autoinit.tck.history;

import java.time.Duration;

/** Tells by hand what one attempt came to; times are milliseconds. */
final class Told {

  private final History history;
  private final LeaseId lease;

  /** An attempt to get the lock {@code shop/infrastructure} with a ttl of a second. */
  Told(History history, String client, int asked) {
    this(history, client, "shop/infrastructure", asked);
  }

  Told(History history, String client, String lock, int asked) {
    this.history = history;
    this.lease = new LeaseId(client, "t1", history.events().size());
    history.add(new HistoryEvent.Asked(nanos(asked), lease, lock, Duration.ofSeconds(1)));
  }

  Told got(int at, long token) {
    history.add(new HistoryEvent.Got(nanos(at), lease, token));
    return this;
  }

  Told renewed(int sent, int answered, boolean held) {
    history.add(new HistoryEvent.Renewing(nanos(sent), lease));
    history.add(new HistoryEvent.Renewed(nanos(answered), lease, held));
    return this;
  }

  Told renewalFailed(int sent, int answered) {
    history.add(new HistoryEvent.Renewing(nanos(sent), lease));
    history.add(new HistoryEvent.Failed(nanos(answered), lease, "no answer"));
    return this;
  }

  Told released(int sent, int answered) {
    history.add(new HistoryEvent.Releasing(nanos(sent), lease));
    history.add(new HistoryEvent.Released(nanos(answered), lease));
    return this;
  }

  Told counted(int read, long value, int wrote) {
    history.add(new HistoryEvent.Read(nanos(read), lease, value));
    history.add(new HistoryEvent.Wrote(nanos(wrote), lease, value + 1));
    return this;
  }

  /** Far from 0, and over the end of the clock's range. */
  static long nanos(int millis) {
    return Long.MAX_VALUE - 100_000_000L + millis * 1_000_000L;
  }
}
