package io.autoinit.tck.history;

import io.autoinit.tck.history.HistoryEvent.Asked;
import io.autoinit.tck.history.HistoryEvent.Got;
import io.autoinit.tck.history.HistoryEvent.OfLease;
import io.autoinit.tck.history.HistoryEvent.Releasing;
import io.autoinit.tck.history.HistoryEvent.Renewed;
import io.autoinit.tck.history.HistoryEvent.Renewing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A lease that somebody got: when its holder could be certain of it, and what it did. */
final class Holding {

  private final Asked asked;
  private final Got got;
  private final Optional<HistoryEvent.Gone> gone;
  private final List<OfLease> events = new ArrayList<>();
  private final List<Renewal> renewals = new ArrayList<>();
  private List<Span> spans = List.of();

  /** Times during which the holder was certain to be the only one, and what made it so. */
  record Span(Holding holding, long from, long until) {}

  /** A renewal that was answered. */
  record Renewal(Renewing sent, Renewed answered) {
    boolean held() {
      return answered.held();
    }
  }

  /**
   * Creates a holding.
   *
   * @param events what its holder did with it, by time
   * @param gone the end of its client, if that ended
   */
  Holding(Asked asked, Got got, List<OfLease> events, Optional<HistoryEvent.Gone> gone) {
    this.asked = asked;
    this.got = got;
    this.gone = gone;
    this.events.addAll(events);
    Optional<Renewing> sent = Optional.empty();
    for (OfLease event : events) {
      if (event instanceof Renewing renewing) {
        sent = Optional.of(renewing);
      } else if (event instanceof Renewed renewed && sent.isPresent()) {
        renewals.add(new Renewal(sent.get(), renewed));
        sent = Optional.empty();
      }
    }
    this.spans = spansBefore(renewals.size());
  }

  Asked asked() {
    return asked;
  }

  Got got() {
    return got;
  }

  long token() {
    return got.token();
  }

  LeaseId id() {
    return got.lease();
  }

  List<OfLease> events() {
    return events;
  }

  List<Renewal> renewals() {
    return renewals;
  }

  List<Span> spans() {
    return spans;
  }

  /** Takes back what renewals from one on made certain. */
  void trustOnly(int renewalsBefore) {
    spans = spansBefore(renewalsBefore);
  }

  /** Until when a lease is valid that was asked for or renewed with a request sent at a time. */
  long validity(long sent) {
    return HistoryChecker.validUntil(sent, asked.ttl());
  }

  /** What ended the holder's certainty besides time: a release, a refused renewal, its end. */
  Optional<HistoryEvent> end() {
    Optional<HistoryEvent> end = gone.map(HistoryEvent.class::cast);
    for (OfLease event : events) {
      boolean ends =
          event instanceof Releasing
              || (event instanceof Renewing sent && refused(sent).isPresent());
      if (ends && (end.isEmpty() || event.at() - end.get().at() < 0)) {
        end = Optional.of(event);
      }
    }
    return end;
  }

  Optional<Renewed> refused(Renewing sent) {
    return renewals.stream()
        .filter(renewal -> renewal.sent().equals(sent) && !renewal.held())
        .map(Renewal::answered)
        .findFirst();
  }

  /** When the holder was certain, if only the first of its renewals had been made. */
  List<Span> spansBefore(int count) {
    List<Span> valid = new ArrayList<>();
    var last = new Span(this, got.at(), validity(asked.at()));
    for (Renewal renewal : renewals.subList(0, count)) {
      if (!renewal.held()) {
        break;
      }
      long sent = renewal.sent().at();
      if (sent - last.until() <= 0) {
        last = new Span(this, last.from(), later(last.until(), validity(sent)));
      } else {
        // It was late; until the answer came, nobody knew whether it still holds.
        valid.add(last);
        last = new Span(this, renewal.answered().at(), validity(sent));
      }
    }
    valid.add(last);
    return valid.stream().map(this::cut).filter(s -> s.until() - s.from() > 0).toList();
  }

  private Span cut(Span span) {
    return end()
        .filter(end -> end.at() - span.until() < 0)
        .map(end -> new Span(this, span.from(), end.at()))
        .orElse(span);
  }

  private static long later(long a, long b) {
    return a - b >= 0 ? a : b;
  }
}
