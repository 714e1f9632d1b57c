package io.autoinit.simulation;

import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the stores were seen to take: leases and records, with the rules that they keep. */
final class Records {

  /** A failure names its retry in whole milliseconds. */
  private static final long ROUNDING = 1_000_000;

  /** By the age of a failure who waits tells if it came before: clocks differ by less than this. */
  private static final int SHARE_FOR_CLOCKS = 10;

  private final Scenario scenario;
  private final Referee referee;
  private final Map<Fault.Where, Long> highest = new HashMap<>();
  private final Set<Fault.Where> ready = new HashSet<>();
  private final Set<String> recorded = new HashSet<>();
  private final Map<LockName, Long> tokens = new HashMap<>();
  private long lastToken;
  private long noRetryBefore = Long.MIN_VALUE;
  private long failedToken;
  private boolean failureStands;
  private long failedAt;
  private boolean everReady;

  Records(Scenario scenario, Referee referee) {
    this.scenario = scenario;
    this.referee = referee;
  }

  /** Whether READY was published, ever. */
  boolean ready() {
    return everReady;
  }

  boolean recorded(String step) {
    return recorded.contains(step);
  }

  void granted(Life life, LockName lock, long token) {
    if (token <= lastToken) {
      referee.violated(
          Rule.TOKENS_GROW,
          "%s got token %d of %s after %d".formatted(life, token, lock, lastToken));
    }
    lastToken = Math.max(lastToken, token);
    tokens.put(lock, token);
  }

  /** The token of the lease that the store gave out last. */
  long tokenOf(LockName lock) {
    return tokens.getOrDefault(lock, 0L);
  }

  void flushed() {
    highest.remove(Fault.Where.SIGNAL);
    ready.remove(Fault.Where.SIGNAL);
  }

  /** Whether a failure of another leader forbids to try again now. */
  boolean tooEarly(long token) {
    return token != failedToken && referee.now() < noRetryBefore;
  }

  /**
   * A store took a record.
   *
   * @param held whether the sender held the lock of the infrastructure phase by then
   */
  void published(Life life, Fault.Where where, Readiness record, boolean held) {
    long token = record.token();
    if (token < highest.getOrDefault(where, 0L)) {
      referee.violated(
          Rule.STALE_NEVER_PUBLISHES,
          "the %s store took token %d of %s after token %d"
              .formatted(where, token, life, highest.getOrDefault(where, 0L)));
    }
    highest.merge(where, token, Math::max);
    if (ready.contains(where)) {
      referee.violated(
          Rule.READY_IS_FINAL,
          "the %s store had READY and took %s of %s".formatted(where, record, life));
    }
    requireTrue(life, record);
    boolean evidence = isEvidence(where);
    if (evidence && held) {
      record.completed().forEach(c -> recorded.add(c.name()));
    }
    if (evidence && record instanceof Readiness.Failed failed) {
      noRetryBefore = referee.now() + failed.retryAfter().toNanos() - ROUNDING;
      failedToken = token;
      failureStands = true;
      failedAt = referee.now();
    }
    if (evidence && record instanceof Readiness.Running && token != failedToken) {
      requireNews(life);
      failureStands = false;
    }
    if (record.isReady()) {
      becameReady(life, where, record, evidence);
    }
  }

  /** A failure that this process could read before its first record is no news to it. */
  private void requireNews(Life life) {
    long waited = failedAt - life.born();
    if (failureStands && waited > (referee.now() - life.born()) / SHARE_FOR_CLOCKS) {
      referee.violated(
          Rule.FAILURE_ENDS_WAIT,
          "%s tries again, and had waited for %d ms when token %d failed"
              .formatted(life, waited / ROUNDING, failedToken));
    }
  }

  /** A claim was taken: it must leave READY and the fence alone. */
  void claimed(Life life, Fault.Where where) {
    if (isEvidence(where)) {
      // Who comes to the lock after this one may not find the failure any more.
      failureStands = false;
    }
    if (ready.contains(where)) {
      referee.violated(
          Rule.READY_IS_FINAL,
          "the %s store had READY and took a claim of %s".formatted(where, life));
    }
  }

  private boolean isEvidence(Fault.Where where) {
    return where == Fault.Where.LOCK || !scenario.ledger();
  }

  private void becameReady(Life life, Fault.Where where, Readiness record, boolean evidence) {
    if (!evidence && !everReady) {
      referee.violated(
          Rule.READY_IS_TRUE, "%s made the signal READY, and the ledger is not".formatted(life));
    }
    for (Scenario.Step step : scenario.stepsOf(Phase.INFRASTRUCTURE)) {
      if (step.onFailure() == OnFailure.ABORT && !names(record, step)) {
        referee.violated(
            Rule.READY_IS_TRUE,
            "%s published READY without step '%s'".formatted(life, step.name()));
      }
    }
    ready.add(where);
    everReady = true;
  }

  private static boolean names(Readiness record, Scenario.Step step) {
    return record.completed().stream().anyMatch(c -> c.name().equals(step.name()));
  }

  private void requireTrue(Life life, Readiness record) {
    for (CompletedStep step : record.completed()) {
      if (!referee.hasSucceededAnywhere(step.name())) {
        referee.violated(
            Rule.READY_IS_TRUE,
            "a record of %s says that step '%s' is done, and it is not"
                .formatted(life, step.name()));
      }
    }
  }
}
