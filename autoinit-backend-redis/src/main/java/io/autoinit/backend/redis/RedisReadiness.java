package io.autoinit.backend.redis;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Readiness as a hash for each run: the record, the highest token seen, and a revision that the
 * writer makes up, so that a write asked for twice is done once. The key is also the channel on
 * which each write is told.
 *
 * <p>READY is told with the revision since which the record under it was in its state. Nobody who
 * cannot read the record knows that, and it never comes back: a message that names what this client
 * has read is believed, and any other one is a reason to read.
 */
final class RedisReadiness implements ReadinessStore {

  /** What a publication expects that may stand over any record; no revision looks like it. */
  private static final String ANYTHING = "*";

  /** The fields of what {@link Script#READINESS_FIND} answers. */
  private static final int TEXT = 0;

  private static final int REVISION = 1;
  private static final int AGE = 2;
  private static final int SINCE = 3;

  private static final long PUSHED_MILLIS = 10_000;
  private static final long PUSHED_JITTER_MILLIS = 5_000;
  private static final long UNPUSHED_MILLIS = 1_000;
  private static final long UNPUSHED_JITTER_MILLIS = 500;

  private final RedisStore store;
  private final RedisHints hints;

  RedisReadiness(RedisStore store, RedisHints hints) {
    this.store = store;
    this.hints = hints;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    Optional<Object> answer = store.run(Script.READINESS_FIND, key(run));
    hints.seen(key(run), answer.map(fields -> text(fields, SINCE)).orElse(""));
    return answer.map(fields -> observed(run, fields));
  }

  /** Seldom while hints arrive, which tell of every change, and often while they do not. */
  @Override
  public Poll poll(RunKey run) {
    Optional<Observed<Readiness>> found = find(run);
    if (!hints.arrive(key(run))) {
      return new Poll(found, jittered(UNPUSHED_MILLIS, UNPUSHED_JITTER_MILLIS));
    }
    store.rest();
    return new Poll(found, jittered(PUSHED_MILLIS, PUSHED_JITTER_MILLIS));
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    Readiness next = publication.next();
    String revision = newRevision();
    boolean written =
        store.yes(
            Script.READINESS_PUBLISH,
            key(next.run()),
            revision,
            Long.toString(next.token()),
            next.isReady() ? "1" : "0",
            next.toText(),
            gist(next),
            publication.conditional() ? publication.expected().orElse("") : ANYTHING);
    return written(written, next, revision);
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    Readiness next = claim.next();
    String revision = newRevision();
    boolean accepted =
        store.yes(
            Script.READINESS_CLAIM,
            key(next.run()),
            revision,
            claim.expected().orElse(""),
            next.toText(),
            gist(next));
    return written(accepted, next, revision);
  }

  private static Optional<Observed<Readiness>> written(
      boolean accepted, Readiness next, String revision) {
    return accepted ? Optional.of(new Observed<>(next, Duration.ZERO, revision)) : Optional.empty();
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> told) {
    return hints.watch(key(run), told);
  }

  @Override
  public boolean clear(RunKey run) {
    return store.yes(Script.READINESS_CLEAR, key(run));
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    String prefix = key(new RunKey(namespace, new RunId("x")));
    return Optional.of(
        store.behind(prefix.substring(0, prefix.length() - 1), "hash").stream()
            // Behind the default namespace's prefix stand those of the others too.
            .filter(name -> !name.contains(":"))
            .flatMap(name -> readable(namespace, name).stream())
            .toList());
  }

  /** Empty also for what is no record: the others are no less there for it. */
  private Optional<Observed<Readiness>> readable(Namespace namespace, String name) {
    try {
      RunKey run = new RunKey(namespace, new RunId(name));
      Optional<Object> answer = store.run(Script.READINESS_FIND, key(run));
      return answer.map(a -> observed(run, a));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  /** A Redis may evict, and may lose what it wrote last. */
  @Override
  public boolean durable() {
    return false;
  }

  /** The braces of {@code {prefix}:{run_id}} are placeholders, not hash tags. */
  private String key(RunKey run) {
    return store.settings().readinessPrefix() + ":" + run;
  }

  private Observed<Readiness> observed(RunKey run, Object answer) {
    try {
      return new Observed<>(
          Readiness.fromText(text(answer, TEXT)),
          Duration.ofNanos(Math.multiplyExact(Long.parseLong(text(answer, AGE)), 1000L)),
          text(answer, REVISION));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new BackendRefusedException(
          "%s holds something else than readiness under %s: delete that key"
              .formatted(store.settings().place(), key(run)),
          e);
    }
  }

  private static String text(Object answer, int field) {
    return String.valueOf(((List<?>) answer).get(field));
  }

  private static String newRevision() {
    return UUID.randomUUID().toString();
  }

  /** The same for two records of one leader at work: the second is a heartbeat. */
  private static String gist(Readiness readiness) {
    Readiness still =
        readiness instanceof Readiness.Running running
            ? new Readiness.Running(
                running.run(),
                running.token(),
                running.holder(),
                List.of(),
                Optional.empty(),
                0,
                Optional.empty())
            : readiness;
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(still.toText().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Duration jittered(long millis, long jitter) {
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(jitter + 1));
  }
}
