package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * From the fault that struck a leader before its READY was told, to the first work of another
 * process: a step, or READY itself where no step is left.
 */
final class Takeover {

  private static final Duration BOUND_OF_SILENCE = Duration.ofSeconds(20);

  private final Plan plan;
  private final History history;
  private final Optional<Entry> fault;
  private final Optional<Entry> successor;

  Takeover(Plan plan, History history) {
    this.plan = plan;
    this.history = history;
    this.fault = history.fault().filter(f -> f.find("of").isPresent()).filter(this::struckLeader);
    this.successor = fault.flatMap(this::successorOf);
  }

  private boolean struckLeader(Entry struck) {
    String process = struck.text("of");
    boolean claimed =
        history.entries().stream()
            .anyMatch(
                e ->
                    e.process().equals(process)
                        && e.at() <= struck.at()
                        && e.has("done", "true")
                        && e.text("call").endsWith(".claim"));
    boolean told =
        history
            .calls("answered", plan.pairing().signal() + ".publish-ready")
            .anyMatch(e -> e.at() <= struck.at() && e.has("done", "true"));
    return claimed && !told;
  }

  private Optional<Entry> successorOf(Entry struck) {
    return history.entries().stream()
        .filter(e -> e.at() > struck.at() && e.isOfNode())
        .filter(e -> !e.process().equals(struck.text("of")))
        .filter(
            e ->
                e.has("phase", "INFRASTRUCTURE")
                    || (e.is("sent") && e.text("call").endsWith(".publish-ready")))
        .findFirst();
  }

  /** Empty if nobody had to take over, or did. */
  Optional<Duration> took() {
    return successor.map(s -> Duration.ofNanos(s.at() - fault.orElseThrow().at()));
  }

  /** How soon it has to be; empty where the fault gives no bound. */
  private Optional<Duration> bound() {
    return switch (plan.fault()) {
      case KILL, SESSION_EXPIRED -> Optional.of(plan.pairing().takeoverBound());
      case STOP, COMMAND -> Optional.of(boundOfStop());
      case BLACK_HOLE, STUBBORN -> Optional.of(BOUND_OF_SILENCE);
      default -> Optional.empty();
    };
  }

  /** A frozen process keeps what its store does not take away from it. */
  private Duration boundOfStop() {
    Duration ttl = Plan.LEASE_TTL.plusSeconds(5);
    return plan.pairing() == Pairing.FILES ? plan.lasting().plusSeconds(10) : ttl;
  }

  /** Whether it came later than the bound, and was excused. */
  boolean wasKeptWaiting() {
    return took().isPresent() && bound().filter(b -> took().get().compareTo(b) > 0).isPresent();
  }

  void check(List<Violation> violations) {
    if (took().isEmpty() || bound().isEmpty()) {
      return;
    }
    Entry next = successor.orElseThrow();
    long delayed = history.delay(next.process(), fault.orElseThrow().at(), next.at());
    Duration allowed = bound().get().plusNanos(delayed);
    if (took().get().compareTo(allowed) > 0) {
      violations.add(
          new Violation(
              Rule.TAKEOVER,
              "%s worked %d ms after the fault, allowed are %d ms and %d ms that it waited for a processor"
                  .formatted(
                      next.process(),
                      took().get().toMillis(),
                      bound().get().toMillis(),
                      Duration.ofNanos(delayed).toMillis())));
    }
  }
}
