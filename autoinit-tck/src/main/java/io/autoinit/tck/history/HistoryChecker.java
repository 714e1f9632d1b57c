package io.autoinit.tck.history;

import io.autoinit.tck.history.HistoryEvent.Asked;
import io.autoinit.tck.history.HistoryEvent.Gone;
import io.autoinit.tck.history.HistoryEvent.Got;
import io.autoinit.tck.history.HistoryEvent.OfLease;
import io.autoinit.tck.history.HistoryEvent.Released;
import io.autoinit.tck.history.HistoryEvent.Wrote;
import io.autoinit.tck.history.Holding.Renewal;
import io.autoinit.tck.history.Holding.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Says which promises of the locks a history shows broken. Only what is certain counts: a holder is
 * certain of its lease from the answer that gave it until it sends the release, its client ends, it
 * sends a renewal that is refused, or 98 % of the time to live have passed since it sent its last
 * good request; the rest is for clocks that run at different rates.
 *
 * <ul>
 *   <li>LOCK-1: two holders were certain of one lock at the same time, or increments of the counter
 *       that it guards were lost although no two were.
 *   <li>LOCK-2: an attempt that began when another lease had been got has no higher token.
 *   <li>LOCK-6: a renewal returned true although the lease was surely lost before it was sent: it
 *       had been given back, had been refused a renewal, or had lapsed and another had got the
 *       lock.
 * </ul>
 */
public final class HistoryChecker {

  /** The part of a time to live that clocks of different rates may cost. */
  private static final long CLOCKS_MAY_DIFFER_BY_ONE_IN = 50;

  private final Story.Faults faults;
  private final String lock;
  private final List<Holding> holdings;
  private final List<Violation> found = new ArrayList<>();

  private HistoryChecker(String lock, List<Holding> holdings, Story.Faults faults) {
    this.lock = lock;
    this.holdings = holdings;
    this.faults = faults;
  }

  /**
   * Looks for broken promises.
   *
   * @param history what happened
   * @return each violation with its story, those that are quickly read first; empty if there is
   *     none
   */
  public static List<Violation> check(History history) {
    List<HistoryEvent> events = history.events();
    var faults = new Story.Faults(events);
    List<Violation> violations = new ArrayList<>();
    holdings(events)
        .forEach(
            (lock, holdings) ->
                violations.addAll(new HistoryChecker(lock, holdings, faults).violations()));
    violations.sort(Comparator.comparingLong(Violation::lines));
    return List.copyOf(violations);
  }

  /**
   * Until when the holder of a lease may rely on it.
   *
   * @param sent when the attempt or the last renewal that was answered with true was sent
   * @param ttl the time to live
   * @return a reading of the clock of {@code sent}
   */
  public static long validUntil(long sent, Duration ttl) {
    return sent + ttl.toNanos() - ttl.toNanos() / CLOCKS_MAY_DIFFER_BY_ONE_IN;
  }

  private static Map<String, List<Holding>> holdings(List<HistoryEvent> events) {
    Map<LeaseId, List<OfLease>> attempts = new LinkedHashMap<>();
    Map<String, Gone> gone = new HashMap<>();
    for (HistoryEvent event : events) {
      if (event instanceof OfLease ofLease) {
        attempts.computeIfAbsent(ofLease.lease(), id -> new ArrayList<>()).add(ofLease);
      } else if (event instanceof Gone end) {
        gone.putIfAbsent(end.client(), end);
      }
    }
    Map<String, List<Holding>> holdings = new LinkedHashMap<>();
    attempts.forEach(
        (id, did) -> {
          Optional<Asked> asked = first(did, Asked.class);
          Optional<Got> got = first(did, Got.class);
          if (asked.isPresent() && got.isPresent()) {
            holdings
                .computeIfAbsent(asked.get().lock(), lock -> new ArrayList<>())
                .add(
                    new Holding(
                        asked.get(), got.get(), did, Optional.ofNullable(gone.get(id.client()))));
          }
        });
    return holdings;
  }

  private static <T extends OfLease> Optional<T> first(List<OfLease> events, Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private List<Violation> violations() {
    holdings.forEach(this::findRevival);
    findOverlaps();
    findLostUpdates();
    findTokens();
    return found;
  }

  // LOCK-6. First, since a lease that was brought back overlaps others for that reason.

  private void findRevival(Holding holding) {
    boolean refused = false;
    for (int i = 0; i < holding.renewals().size(); i++) {
      Renewal renewal = holding.renewals().get(i);
      if (renewal.held() && (refused || findRevival(holding, i))) {
        if (refused) {
          revived(holding, renewal, Optional.empty(), "renew had returned false before");
        }
        holding.trustOnly(i);
        return;
      }
      refused |= !renewal.held();
    }
  }

  private boolean findRevival(Holding holding, int index) {
    Renewal renewal = holding.renewals().get(index);
    long sent = renewal.sent().at();
    boolean released =
        holding.events().stream().anyMatch(e -> e instanceof Released && e.at() - sent < 0);
    if (released) {
      revived(holding, renewal, Optional.empty(), "it had been given back before");
      return true;
    }
    List<Span> certain = holding.spansBefore(index);
    Optional<Holding> heir =
        holdings.stream()
            // The same token is the same lease given twice, which is another matter.
            .filter(other -> other != holding && other.token() != holding.token())
            .filter(other -> other.asked().at() - holding.got().at() > 0)
            .filter(other -> other.got().at() - sent < 0)
            .filter(other -> certain.stream().noneMatch(s -> contains(s, other.got().at())))
            .reduce((first, last) -> last);
    heir.ifPresent(
        other ->
            revived(
                holding,
                renewal,
                heir,
                "%s had got the lock with token %d before"
                    .formatted(other.id().holder(), other.token())));
    return heir.isPresent();
  }

  private static boolean contains(Span span, long time) {
    return time - span.from() >= 0 && time - span.until() < 0;
  }

  private void revived(Holding holding, Renewal renewal, Optional<Holding> heir, String why) {
    var story = new Story(faults).got(holding);
    heir.ifPresent(other -> story.got(other).release(other, renewal.sent().at()));
    holding.renewals().stream()
        .filter(r -> heir.isEmpty() && !r.held() && r.answered().at() - renewal.sent().at() < 0)
        .findFirst()
        .ifPresent(r -> story.renewed(holding, r));
    if (heir.isEmpty()) {
      story.release(holding, renewal.sent().at());
    }
    story.renewed(holding, renewal);
    add(
        "LOCK-6",
        "renew of %s's lease of '%s' with token %d returned true although %s"
            .formatted(holding.id().holder(), lock, holding.token(), why),
        story);
  }

  // LOCK-1.

  private void findOverlaps() {
    List<Span> spans =
        holdings.stream()
            .flatMap(holding -> holding.spans().stream())
            .sorted(by(Span::from))
            .toList();
    Optional<Span> reaching = Optional.empty();
    for (Span span : spans) {
      if (reaching.isPresent() && span.from() - reaching.get().until() < 0) {
        overlap(reaching.get(), span);
      }
      if (reaching.isEmpty() || span.until() - reaching.get().until() > 0) {
        reaching = Optional.of(span);
      }
    }
  }

  private void overlap(Span first, Span second) {
    Holding holder = first.holding();
    Holding intruder = second.holding();
    long until = second.until() - first.until() < 0 ? second.until() : first.until();
    var story =
        new Story(faults)
            .got(holder)
            .certainAt(holder, second.from())
            .got(intruder)
            .certainAt(intruder, second.from())
            .end(holder, until)
            .end(intruder, until)
            .pauses(holder, second.from());
    disturber(first, second).ifPresent(other -> story.got(other).lastRelease(other, second.from()));
    add(
        "LOCK-1",
        "'%s' was held twice for %s ms: by %s with token %d and by %s with token %d"
            .formatted(
                lock,
                Story.millis(until - second.from()),
                holder.id().holder(),
                holder.token(),
                intruder.id().holder(),
                intruder.token()),
        story);
  }

  /** Somebody else who gave the lock back while the first held it: perhaps it gave that away. */
  private Optional<Holding> disturber(Span first, Span second) {
    return holdings.stream()
        .filter(other -> other != first.holding() && other != second.holding())
        .filter(
            other ->
                other.events().stream()
                    .filter(HistoryEvent.Releasing.class::isInstance)
                    .anyMatch(
                        e -> e.at() - first.from() > 0 && e.at() - second.holding().got().at() < 0))
        .reduce((earlier, later) -> later);
  }

  private void findLostUpdates() {
    if (!found.isEmpty()) {
      // They follow from what was found.
      return;
    }
    List<Map.Entry<Wrote, Holding>> writes = new ArrayList<>();
    for (Holding holding : holdings) {
      holding.events().stream()
          .filter(Wrote.class::isInstance)
          .forEach(event -> writes.add(Map.entry((Wrote) event, holding)));
    }
    writes.sort(by(write -> write.getKey().at()));
    Map<Long, Holding> writers = new HashMap<>();
    for (var write : writes) {
      long value = write.getKey().value();
      Holding first = writers.putIfAbsent(value, write.getValue());
      if (first != null) {
        Holding second = write.getValue();
        add(
            "LOCK-1",
            "an increment of the counter that '%s' guards was lost: %s and %s both made it %d"
                .formatted(lock, first.id().holder(), second.id().holder(), value),
            new Story(faults)
                .got(first)
                .increment(first, value)
                .got(second)
                .increment(second, value)
                .end(first, write.getKey().at()));
      }
    }
  }

  // LOCK-2.

  private void findTokens() {
    List<Holding> byGot = holdings.stream().sorted(by(h -> h.got().at())).toList();
    List<Holding> byAsked = holdings.stream().sorted(by(h -> h.asked().at())).toList();
    Optional<Holding> highest = Optional.empty();
    int next = 0;
    for (Holding holding : byAsked) {
      while (next < byGot.size() && byGot.get(next).got().at() - holding.asked().at() < 0) {
        Holding before = byGot.get(next++);
        highest = highest.filter(h -> h.token() >= before.token()).or(() -> Optional.of(before));
      }
      highest
          .filter(before -> before.token() >= holding.token())
          .ifPresent(before -> token(before, holding));
    }
  }

  private void token(Holding before, Holding after) {
    add(
        "LOCK-2",
        before.token() == after.token()
            ? "'%s' was given with token %d twice".formatted(lock, after.token())
            : "'%s' was given with token %d after token %d"
                .formatted(lock, after.token(), before.token()),
        new Story(faults).got(before).end(before, after.asked().at()).got(after));
  }

  private void add(String rule, String what, Story story) {
    found.add(new Violation(rule, lock, what, story.toString(), story.clients()));
  }

  private static <T> Comparator<T> by(ToLongFunction<T> time) {
    return (a, b) -> Long.signum(time.applyAsLong(a) - time.applyAsLong(b));
  }
}
