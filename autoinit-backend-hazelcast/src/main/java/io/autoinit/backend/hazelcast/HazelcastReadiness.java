package io.autoinit.backend.hazelcast;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Readiness as one entry of a map for each run ({@link Entry}), changed by compare-and-set of the
 * whole: the check of the token and the write are one step of the store.
 */
final class HazelcastReadiness implements ReadinessStore {

  static final String MAP = "readiness";

  private static final long PUSHED_MILLIS = 10_000;
  private static final long PUSHED_JITTER_MILLIS = 5_000;
  private static final long UNPUSHED_MILLIS = 1_000;
  private static final long UNPUSHED_JITTER_MILLIS = 500;

  private final HazelcastGrid grid;
  private final HazelcastHints hints;

  HazelcastReadiness(HazelcastGrid grid, HazelcastHints hints) {
    this.grid = grid;
    this.hints = hints;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    return grid.ask(
        instance -> {
          Entry entry = entry(run, Cells.in(grid.map(instance, MAP)).get(key(run)));
          hints.seen(key(run), entry.gist());
          if (entry.text().isEmpty()) {
            return Optional.empty();
          }
          long age = Math.max(0, grid.millis(instance) - entry.writtenMillis());
          return value(run, entry)
              .map(value -> new Observed<>(value, Duration.ofMillis(age), entry.revision()));
        });
  }

  /** Seldom while hints arrive, which tell of every change, and often while they do not. */
  @Override
  public Poll poll(RunKey run) {
    Optional<Observed<Readiness>> found = find(run);
    return hints.arrive(key(run))
        ? new Poll(found, jittered(PUSHED_MILLIS, PUSHED_JITTER_MILLIS))
        : new Poll(found, jittered(UNPUSHED_MILLIS, UNPUSHED_JITTER_MILLIS));
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    Readiness next = publication.next();
    return write(
        next,
        next.token(),
        entry ->
            next.token() >= entry.fence()
                && value(next.run(), entry).filter(Readiness::isReady).isEmpty()
                && publication.accepts(revision(entry)));
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    Readiness next = claim.next();
    return write(
        next,
        0,
        entry ->
            revision(entry).equals(claim.expected())
                && value(next.run(), entry).filter(Readiness::isReady).isEmpty());
  }

  /** Tries until it is written over just what was judged. */
  private Optional<Observed<Readiness>> write(
      Readiness next, long token, Predicate<Entry> allowed) {
    // Those under which it was written by an answer that did not count: then it is written again.
    Set<String> ours = ConcurrentHashMap.newKeySet();
    AtomicLong end = new AtomicLong();
    return grid.ask(
        instance -> {
          Cells cells = Cells.in(grid.map(instance, MAP));
          String key = key(next.run());
          String revision = UUID.randomUUID().toString();
          end.compareAndSet(0, end());
          while (System.nanoTime() - end.get() < 0) {
            long now = grid.millis(instance);
            Optional<String> seen = cells.get(key);
            Entry entry = entry(next.run(), seen);
            if (!ours.contains(entry.revision()) && !allowed.test(entry)) {
              return Optional.empty();
            }
            ours.add(revision);
            Entry written =
                new Entry(
                    Math.max(token, entry.fence()),
                    revision,
                    now,
                    Entry.gist(next),
                    Optional.of(next.toText()));
            if (cells.swap(key, seen, written.toText())) {
              return Optional.of(new Observed<>(next, Duration.ZERO, revision));
            }
          }
          throw outrun();
        });
  }

  /**
   * When whoever asks has given up, counted from when the cluster was first there to be asked.
   * Nothing is tried after it.
   */
  private long end() {
    return System.nanoTime() + grid.settings().commandTimeout().toNanos();
  }

  private BackendUnavailableException outrun() {
    return new BackendUnavailableException(
        grid.settings().place() + " took no write in time: others always came first");
  }

  @Override
  public boolean clear(RunKey run) {
    // Of what was cleared by an answer that did not count: what came since is another's.
    Set<String> cleared = ConcurrentHashMap.newKeySet();
    AtomicLong end = new AtomicLong();
    return grid.ask(
        instance -> {
          Cells cells = Cells.in(grid.map(instance, MAP));
          end.compareAndSet(0, end());
          while (System.nanoTime() - end.get() < 0) {
            Optional<String> seen = cells.get(key(run));
            Entry entry = entry(run, seen);
            if (entry.text().isEmpty()
                || !(cleared.isEmpty() || cleared.contains(entry.revision()))) {
              return !cleared.isEmpty();
            }
            // A revision too, so that no text comes twice.
            Entry none =
                new Entry(entry.fence(), UUID.randomUUID().toString(), 0, "", Optional.empty());
            if (cells.swap(key(run), seen, none.toText())) {
              cleared.add(entry.revision());
              return true;
            }
          }
          throw outrun();
        });
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> told) {
    return hints.watch(key(run), told);
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    String any = key(new RunKey(namespace, new RunId("x")));
    String prefix = any.substring(0, any.length() - 1);
    return Optional.of(
        grid.names(MAP, prefix).stream()
            // Without a prefix, as the default namespace is, those of the others are named too.
            .flatMap(name -> readable(namespace, name.substring(prefix.length())).stream())
            .toList());
  }

  /** Empty also for what is no record: the others are no less there for it. */
  private Optional<Observed<Readiness>> readable(Namespace namespace, String name) {
    try {
      return find(new RunKey(namespace, new RunId(name)));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  /** In memory alone, as far as can be seen. */
  @Override
  public boolean durable() {
    return false;
  }

  private static Optional<String> revision(Entry entry) {
    return entry.text().map(text -> entry.revision());
  }

  private Optional<Readiness> value(RunKey run, Entry entry) {
    try {
      return entry.value();
    } catch (IllegalArgumentException e) {
      throw foreign(run, e);
    }
  }

  private Entry entry(RunKey run, Optional<String> text) {
    try {
      return text.map(Entry::fromText).orElse(Entry.NONE);
    } catch (IllegalArgumentException e) {
      throw foreign(run, e);
    }
  }

  private BackendRefusedException foreign(RunKey run, RuntimeException cause) {
    return new BackendRefusedException(
        "%s holds something else than readiness under %s in the map %s-%s: delete that entry"
            .formatted(grid.settings().place(), key(run), grid.settings().prefix(), MAP),
        cause);
  }

  private static String key(RunKey run) {
    return run.toString();
  }

  private static Duration jittered(long millis, long jitter) {
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(jitter + 1));
  }
}
