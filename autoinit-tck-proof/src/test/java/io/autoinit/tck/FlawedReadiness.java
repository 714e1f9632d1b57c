package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The plainest readiness there is, with one flaw. */
final class FlawedReadiness implements ReadinessStore {

  private record Row(Readiness value, long at, String revision) {}

  private record Watching(RunKey run, Consumer<Hint> hints) {}

  private final Flaw flaw;
  private final BooleanSupplier closed;
  private final Rows rows;

  /** What the clients share. */
  static final class Rows {
    private final Map<RunKey, Row> records = new HashMap<>();
    private final Map<RunKey, Long> fences = new HashMap<>();
    private final List<Watching> watching = new CopyOnWriteArrayList<>();
    private long revisions;

    synchronized void restart() {
      records.clear();
    }
  }

  FlawedReadiness(Flaw flaw, BooleanSupplier closed, Rows shared) {
    this.flaw = flaw;
    this.closed = closed;
    this.rows = flaw == Flaw.EACH_CLIENT_READS_ITS_OWN ? new Rows() : shared;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    requireOpen();
    synchronized (rows) {
      return Optional.ofNullable(rows.records.get(key(run)))
          .map(
              row ->
                  new Observed<>(
                      row.value(), Duration.ofNanos(System.nanoTime() - row.at()), row.revision()));
    }
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    requireOpen();
    Readiness next = publication.next();
    RunKey run = key(next.run());
    if (flaw == Flaw.PUBLISH_IN_TWO_STEPS && publication.conditional()) {
      if (!publishable(publication, run)) {
        return Optional.empty();
      }
      LockSupport.parkNanos(2_000_000);
      synchronized (rows) {
        rows.fences.put(run, next.token());
        write(run, next);
      }
    } else {
      synchronized (rows) {
        if (!publishable(publication, run)) {
          return Optional.empty();
        }
        if (!publication.conditional() || flaw != Flaw.CONDITIONAL_PUBLISH_LEAVES_THE_FENCE) {
          rows.fences.put(run, next.token());
        }
        write(run, next);
      }
    }
    if (!publication.conditional() || flaw != Flaw.CONDITIONAL_PUBLISH_GIVES_NO_HINT) {
      boolean beat = flaw == Flaw.FAILURE_TOLD_AS_A_BEAT && next instanceof Readiness.Failed;
      boolean sure = flaw == Flaw.READY_TOLD_TO_WHOMEVER && next.isReady();
      tell(run, beat ? Hint.BEAT : sure ? Hint.READY : Hint.CHANGED);
    }
    return find(run)
        .map(
            found ->
                flaw == Flaw.PUBLISH_ANSWERS_ANOTHER_REVISION && publication.conditional()
                    ? new Observed<>(found.value(), found.age(), found.revision() + "-sent")
                    : found);
  }

  private boolean publishable(Publication publication, RunKey run) {
    synchronized (rows) {
      Readiness next = publication.next();
      boolean fencedOff = next.token() < rows.fences.getOrDefault(run, 0L);
      boolean tooLong = next.toText().length() > 8000;
      return !((fencedOff && !lifted(Flaw.NO_FENCING, Flaw.CONDITION_LIFTS_THE_FENCE, publication))
          || (isReady(run)
              && !lifted(Flaw.READY_OVERWRITTEN, Flaw.CONDITION_LIFTS_READY, publication))
          || (tooLong && flaw == Flaw.LONG_TEXTS_REFUSED)
          || (!publication.accepts(find(run).map(Observed::revision))
              && flaw != Flaw.EXPECTATION_IGNORED));
    }
  }

  private boolean lifted(Flaw always, Flaw byACondition, Publication publication) {
    return flaw == always || (flaw == byACondition && publication.conditional());
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    if (flaw != Flaw.CLAIMS_AFTER_CLOSE) {
      requireOpen();
    }
    RunKey run = key(claim.next().run());
    if (flaw == Flaw.CLAIM_IN_TWO_STEPS) {
      if (!acceptable(claim, run)) {
        return Optional.empty();
      }
      LockSupport.parkNanos(2_000_000);
      synchronized (rows) {
        write(run, claim.next());
      }
    } else {
      synchronized (rows) {
        if (!acceptable(claim, run)) {
          return Optional.empty();
        }
        write(run, claim.next());
        if (flaw == Flaw.CLAIM_LOWERS_THE_FENCE) {
          rows.fences.put(run, claim.next().token());
        }
      }
    }
    tell(run, Hint.CHANGED);
    return closed.getAsBoolean() ? Optional.empty() : find(run);
  }

  private boolean acceptable(Claim claim, RunKey run) {
    synchronized (rows) {
      return Optional.ofNullable(rows.records.get(run)).map(Row::revision).equals(claim.expected())
          && (!isReady(run) || flaw == Flaw.CLAIM_OVER_READY);
    }
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> hints) {
    requireOpen();
    var watching = new Watching(key(run), hints);
    rows.watching.add(watching);
    return () -> rows.watching.remove(watching);
  }

  @Override
  public boolean clear(RunKey asked) {
    requireOpen();
    RunKey run = key(asked);
    boolean cleared;
    synchronized (rows) {
      cleared = rows.records.remove(run) != null;
      if (flaw == Flaw.CLEAR_FORGETS_THE_FENCE) {
        rows.fences.remove(run);
      }
    }
    tell(run, Hint.CHANGED);
    return cleared;
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    requireOpen();
    synchronized (rows) {
      return Optional.of(
          rows.records.keySet().stream()
              .filter(
                  run ->
                      run.namespace().equals(namespace)
                          || flaw == Flaw.RUNS_OF_ALL_NAMESPACES_LISTED)
              .flatMap(run -> find(run).stream())
              .filter(
                  seen ->
                      flaw != Flaw.CLAIMS_NOT_LISTED
                          || !(seen.value() instanceof Readiness.Claimed))
              .toList());
    }
  }

  @Override
  public boolean durable() {
    return true;
  }

  private void requireOpen() {
    if (closed.getAsBoolean()) {
      throw new IllegalStateException("closed");
    }
  }

  private RunKey key(RunKey run) {
    return flaw == Flaw.RUNS_OF_NAMESPACES_MIXED ? new RunKey(Namespace.DEFAULT, run.runId()) : run;
  }

  private boolean isReady(RunKey run) {
    Row row = rows.records.get(run);
    return row != null && row.value().isReady();
  }

  private void write(RunKey run, Readiness value) {
    Row before = rows.records.get(run);
    long at =
        before != null
                && (flaw == Flaw.AGE_OF_THE_FIRST_WRITE
                    || (flaw == Flaw.CLAIM_KEEPS_THE_AGE && value instanceof Readiness.Claimed))
            ? before.at()
            : System.nanoTime();
    String revision =
        switch (flaw) {
          case REVISION_OF_THE_CONTENT -> Integer.toString(value.hashCode());
          case REVISION_RESTARTS_WITH_THE_RECORD ->
              before == null ? "1" : Long.toString(Long.parseLong(before.revision()) + 1);
          default -> Long.toString(++rows.revisions);
        };
    rows.records.put(
        run, new Row(flaw == Flaw.UNICODE_LOST ? asciiOnly(value) : value, at, revision));
  }

  private static Readiness asciiOnly(Readiness value) {
    return value instanceof Readiness.Failed f
        ? new Readiness.Failed(
            f.run(),
            f.token(),
            f.holder(),
            f.completed(),
            f.step(),
            new String(f.cause().getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII),
            f.retryAfter())
        : value;
  }

  private void tell(RunKey run, Hint hint) {
    if (flaw == Flaw.HINTS_LOST) {
      return;
    }
    for (Watching watching : rows.watching) {
      if (watching.run().equals(run)) {
        watching.hints().accept(hint);
      }
    }
  }
}
