package io.autoinit.tck.history;

import io.autoinit.tck.history.HistoryEvent.Gone;
import io.autoinit.tck.history.HistoryEvent.OfLease;
import io.autoinit.tck.history.HistoryEvent.Paused;
import io.autoinit.tck.history.HistoryEvent.Read;
import io.autoinit.tck.history.HistoryEvent.Releasing;
import io.autoinit.tck.history.HistoryEvent.Renewing;
import io.autoinit.tck.history.HistoryEvent.Resumed;
import io.autoinit.tck.history.HistoryEvent.Wrote;
import io.autoinit.tck.history.Holding.Renewal;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A few events, told for somebody who knows the contract and not the kit. */
final class Story {

  /** A line; its text has a place for each of the times. */
  private record Line(long at, String who, String text, List<Long> times) {}

  /** The events that concern a whole client. */
  record Faults(List<HistoryEvent> events) {
    Faults {
      events = events.stream().filter(event -> !(event instanceof OfLease)).toList();
    }

    private Stream<HistoryEvent> of(String client) {
      return events.stream().filter(event -> event.client().equals(client));
    }
  }

  private final Faults faults;
  private final Set<Line> lines = new LinkedHashSet<>();
  private final Set<String> clients = new LinkedHashSet<>();

  Story(Faults faults) {
    this.faults = faults;
  }

  Set<String> clients() {
    return clients;
  }

  /** How a lease began. */
  Story got(Holding holding) {
    long asked = holding.asked().at();
    return add(
        holding,
        holding.got().at(),
        "got token %d (asked at %%s with a ttl of %d ms: valid until %%s)"
            .formatted(holding.token(), holding.asked().ttl().toMillis()),
        asked,
        holding.validity(asked));
  }

  /** An answered renewal. */
  Story renewed(Holding holding, Renewal renewal) {
    long sent = renewal.sent().at();
    return renewal.held()
        ? add(
            holding,
            renewal.answered().at(),
            "renewed token %d: true (sent at %%s: valid until %%s)".formatted(holding.token()),
            sent,
            holding.validity(sent))
        : add(
            holding,
            renewal.answered().at(),
            "renewed token %d: false (sent at %%s)".formatted(holding.token()),
            sent);
  }

  /** The first renewal without which a lease would not have been valid at a time. */
  Story certainAt(Holding holding, long time) {
    if (holding.validity(holding.asked().at()) - time <= 0) {
      holding.renewals().stream()
          .filter(renewal -> holding.validity(renewal.sent().at()) - time > 0)
          .findFirst()
          .ifPresent(renewal -> renewed(holding, renewal));
    }
    return this;
  }

  /** What ended a lease, if that happened by a time. */
  Story end(Holding holding, long by) {
    holding.end().filter(end -> end.at() - by <= 0).ifPresent(end -> end(holding, end));
    return this;
  }

  private void end(Holding holding, HistoryEvent end) {
    if (end instanceof Gone gone) {
      told(gone);
    } else if (end instanceof Renewing sent) {
      holding.refused(sent).ifPresent(answered -> renewed(holding, new Renewal(sent, answered)));
    } else {
      released(holding, end.at());
    }
  }

  /** The first time that the holder gave a lease back, if that was before a time. */
  Story release(Holding holding, long before) {
    releases(holding, before).findFirst().ifPresent(event -> released(holding, event.at()));
    return this;
  }

  /** The last time that the holder gave a lease back before a time. */
  Story lastRelease(Holding holding, long before) {
    releases(holding, before)
        .reduce((first, last) -> last)
        .ifPresent(event -> released(holding, event.at()));
    return this;
  }

  private static Stream<OfLease> releases(Holding holding, long before) {
    return holding.events().stream()
        .filter(event -> event instanceof Releasing && event.at() - before < 0);
  }

  private void released(Holding holding, long at) {
    add(holding, at, "gave token %d back".formatted(holding.token()));
  }

  /** How the counter came to a value. */
  Story increment(Holding holding, long value) {
    Optional<OfLease> read = Optional.empty();
    for (OfLease event : holding.events()) {
      if (event instanceof Read) {
        read = Optional.of(event);
      } else if (event instanceof Wrote wrote && wrote.value() == value) {
        read.ifPresent(r -> add(holding, r.at(), "read " + ((Read) r).value()));
        add(holding, wrote.at(), "wrote " + value);
      }
    }
    return this;
  }

  /** The last time that the process of a holder stood still before a time. */
  Story pauses(Holding holding, long before) {
    Optional<HistoryEvent> paused =
        faults
            .of(holding.id().client())
            .filter(event -> event instanceof Paused && event.at() - before < 0)
            .filter(event -> event.at() - holding.asked().at() > 0)
            .reduce((first, last) -> last);
    paused.ifPresent(this::told);
    paused
        .flatMap(
            p ->
                faults
                    .of(p.client())
                    .filter(event -> event instanceof Resumed && event.at() - p.at() > 0)
                    .findFirst())
        .ifPresent(this::told);
    return this;
  }

  private void told(HistoryEvent fault) {
    String text =
        fault instanceof Paused
            ? "was frozen"
            : fault instanceof Resumed ? "went on" : ended((Gone) fault);
    clients.add(fault.client());
    lines.add(new Line(fault.at(), fault.client(), text, List.of()));
  }

  private static String ended(Gone gone) {
    return switch (gone.how()) {
      case KILLED -> "was killed";
      case ABANDONED -> "lost its connection for ever";
      case CLOSED -> "was closed";
    };
  }

  private Story add(Holding holding, long at, String text, long... times) {
    clients.add(holding.id().client());
    lines.add(new Line(at, holding.id().holder(), text, LongStream.of(times).boxed().toList()));
    return this;
  }

  /** The lines by time, in milliseconds since the first that is told. */
  @Override
  public String toString() {
    Comparator<Long> byTime = (a, b) -> Long.signum(a - b);
    long origin =
        lines.stream()
            .flatMap(line -> Stream.concat(Stream.of(line.at()), line.times().stream()))
            .min(byTime)
            .orElse(0L);
    int width = lines.stream().mapToInt(line -> line.who().length()).max().orElse(1);
    return lines.stream()
        .sorted((a, b) -> byTime.compare(a.at(), b.at()))
        .map(
            line ->
                String.format(
                    Locale.ROOT,
                    "%8s  %-" + width + "s  %s",
                    millis(line.at() - origin),
                    line.who(),
                    line.text()
                        .formatted(
                            line.times().stream().map(time -> millis(time - origin)).toArray())))
        .collect(Collectors.joining("\n"));
  }

  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }
}
