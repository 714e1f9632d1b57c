package io.autoinit.backend.postgres;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The ledger: one row for each run. A cleared row stays, with an empty state, for its fence
 * (READY-2). Revisions are clock readings that only grow, so that a table which was lost and made
 * anew does not repeat them.
 */
final class PostgresReadiness implements ReadinessStore {

  private static final String SEEN =
      "r.state, (extract(epoch FROM clock_timestamp() - r.written_at) * 1000)::bigint, r.revision";

  private static final String FIND =
      "SELECT "
          + SEEN
          + " FROM {s}.readiness r WHERE r.namespace = %s AND r.run_id = %s AND r.state IS NOT NULL";

  private static final String RUNS =
      "SELECT "
          + SEEN
          + ", r.run_id FROM {s}.readiness r WHERE r.namespace = %s AND r.state IS NOT NULL";

  /**
   * Looks on behalf of a waiter, and gives it the fleet's next free slot: not before half a second,
   * and 18 ms after whoever came last, so that all waiters together look some 55 times a second.
   * The slot costs no fsync, nobody waits for it, and who sees READY needs none.
   */
  private static final String POLL =
      """
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL synchronous_commit = off;
      WITH mine AS (
        UPDATE {s}.slots SET next_slot = greatest(next_slot, clock_timestamp() + interval '500 ms') + interval '18 ms'
        WHERE id = (SELECT id FROM {s}.slots WHERE NOT EXISTS (
            SELECT 1 FROM {s}.readiness WHERE namespace = %s AND run_id = %s AND ready)
          FOR UPDATE SKIP LOCKED)
        RETURNING next_slot)
      """
          + "SELECT "
          + SEEN
          + ","
          + """
        (SELECT (extract(epoch FROM next_slot - clock_timestamp()) * 1000)::bigint FROM mine)
      FROM (VALUES (1)) AS one
      LEFT JOIN {s}.readiness r ON r.namespace = %s AND r.run_id = %s AND r.state IS NOT NULL;
      COMMIT
      """;

  /**
   * Writes under a lease, unless a higher token wrote or READY stands (READY-2, READY-3). The row
   * that stands for %s is there only if the lease may be believed.
   */
  private static final String PUBLISH_IF =
      """
      SET LOCAL lock_timeout = '2s';
      INSERT INTO {s}.readiness AS r (namespace, run_id, state, ready, fence, revision, written_at)
      SELECT %s, %s, %s, %s, %s, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, clock_timestamp()
      FROM
      """;

  private static final String PUBLISH_THEN =
      """
       ON CONFLICT (namespace, run_id) DO UPDATE SET state = excluded.state, ready = excluded.ready,
        fence = excluded.fence, revision = greatest(r.revision + 1, excluded.revision),
        written_at = clock_timestamp()
      WHERE r.fence <= excluded.fence AND NOT r.ready
      """;

  /** What a publication may expect of the row that it replaces (READY-10). */
  private static final String OVER_ABSENCE = " AND r.state IS NULL";

  private static final String OVER_SEEN = " AND r.revision = %s AND r.state IS NOT NULL";

  /** Where the row that was seen is gone, with its table perhaps, none is made. */
  private static final String ONLY_IF_SEEN =
      " WHERE EXISTS (SELECT 1 FROM {s}.readiness WHERE namespace = %s AND run_id = %s AND revision = %s)";

  private static final String PUBLISHED = "\nRETURNING r.revision;\nCOMMIT";

  /** The token is still the last one: its successor's waits for this row until we have written. */
  private static final String EPOCH_STANDS =
      "(SELECT 1 FROM {s}.epochs WHERE scope = %s AND epoch = %s FOR SHARE) AS held";

  /** The token comes from another store; the fence of the row is all there is. */
  private static final String NO_EPOCH = "(VALUES (1)) AS held";

  private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\n";

  /**
   * A heartbeat does not wait for the disk, or a migration that keeps the disk busy would cost its
   * own leader the lease. A crash of the server may take back the last few tenths of a second.
   */
  private static final String BEGIN_BEAT = BEGIN + "SET LOCAL synchronous_commit = off;\n";

  /** Claims where there is no record; what a cleared one left is no record (READY-9). */
  private static final String CLAIM_ABSENT =
      """
      INSERT INTO {s}.readiness AS r (namespace, run_id, state, ready, fence, revision, written_at)
      VALUES (%s, %s, %s, false, 0, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, clock_timestamp())
      ON CONFLICT (namespace, run_id) DO UPDATE SET state = excluded.state, ready = false,
        revision = greatest(r.revision + 1, excluded.revision), written_at = clock_timestamp()
      WHERE r.state IS NULL
      RETURNING r.revision
      """;

  /** Claims in place of the very record that was seen, never of READY (READY-9). */
  private static final String CLAIM_SEEN =
      """
      UPDATE {s}.readiness AS r SET state = %s, written_at = clock_timestamp(),
        revision = greatest(r.revision + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
      WHERE namespace = %s AND run_id = %s AND revision = %s AND state IS NOT NULL AND NOT ready
      RETURNING r.revision
      """;

  private static final String CLEAR =
      """
      UPDATE {s}.readiness AS r SET state = NULL, ready = false, written_at = clock_timestamp(),
        revision = greatest(r.revision + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
      WHERE namespace = %s AND run_id = %s AND state IS NOT NULL
      RETURNING r.revision
      """;

  /** No row has it: the clock that revisions come from is far beyond. */
  private static final long NO_REVISION = -1;

  private static final int NO_SLOT_AT_LEAST_MILLIS = 500;
  private static final int NO_SLOT_AT_MOST_MILLIS = 1500;

  private final Connections connections;
  private final Schema schema;
  private final PostgresLocks locks;

  /** What this instance last wrote to the disk, but for its progress. */
  private final Map<RunKey, Readiness> onDisk = new ConcurrentHashMap<>();

  PostgresReadiness(Connections connections, Schema schema, PostgresLocks locks) {
    this.connections = connections;
    this.schema = schema;
    this.locks = locks;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    connections.spreadFirstLook();
    return schema.read(schema.sql(FIND, namespace(run), runId(run))).map(row -> seen(run, row));
  }

  @Override
  public Poll poll(RunKey run) {
    Optional<Row> row =
        schema.readInTurn(schema.sql(POLL, namespace(run), runId(run), namespace(run), runId(run)));
    Optional<Observed<Readiness>> found =
        row.filter(r -> r.find(0).isPresent()).map(r -> seen(run, r));
    Duration again =
        row.flatMap(r -> r.find(3)).map(Long::valueOf).map(Duration::ofMillis).orElse(noSlot());
    return new Poll(found, again);
  }

  /** Where no slot was to be had, chance spreads the fleet. */
  private static Duration noSlot() {
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextInt(NO_SLOT_AT_LEAST_MILLIS, NO_SLOT_AT_MOST_MILLIS));
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    Readiness next = publication.next();
    Readiness lasting = withoutProgress(next);
    boolean beat = lasting instanceof Readiness.Running && lasting.equals(onDisk.get(next.run()));
    Optional<Observed<Readiness>> written = write(publication, beat ? BEGIN_BEAT : BEGIN);
    written.ifPresent(w -> onDisk.put(next.run(), lasting));
    return written;
  }

  private Optional<Observed<Readiness>> write(Publication publication, String begin) {
    Readiness next = publication.next();
    RunKey run = next.run();
    LockName lock = LockName.infrastructure(run.namespace());
    StringBuilder sql = new StringBuilder(begin).append(PUBLISH_IF);
    List<Object> values =
        new ArrayList<>(
            List.of(namespace(run), runId(run), next.toText(), next.isReady(), next.token()));
    if (locks.issued(lock, next.token())) {
      sql.append(EPOCH_STANDS);
      values.addAll(List.of(lock.toString(), next.token()));
    } else {
      sql.append(NO_EPOCH);
    }
    if (publication.expected().isPresent()) {
      Long seen = revision(publication.expected().get()).orElse(NO_REVISION);
      sql.append(ONLY_IF_SEEN).append(PUBLISH_THEN).append(OVER_SEEN);
      values.addAll(List.of(namespace(run), runId(run), seen, seen));
    } else {
      sql.append(PUBLISH_THEN).append(publication.conditional() ? OVER_ABSENCE : "");
    }
    return schema
        .write(schema.sql(sql.append(PUBLISHED).toString(), values.toArray()))
        .map(row -> written(next, row));
  }

  private static Readiness withoutProgress(Readiness readiness) {
    return readiness instanceof Readiness.Running running
        ? new Readiness.Running(
            running.run(),
            running.token(),
            running.holder(),
            running.completed(),
            running.step(),
            running.attempt(),
            Optional.empty())
        : readiness;
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    RunKey run = claim.next().run();
    String text = claim.next().toText();
    if (claim.expected().isEmpty()) {
      return schema
          .write(schema.sql(CLAIM_ABSENT, namespace(run), runId(run), text))
          .map(row -> written(claim.next(), row));
    }
    return revision(claim.expected().get())
        .flatMap(
            seen -> schema.write(schema.sql(CLAIM_SEEN, text, namespace(run), runId(run), seen)))
        .map(row -> written(claim.next(), row));
  }

  private static Observed<Readiness> written(Readiness next, Row row) {
    return new Observed<>(next, Duration.ZERO, row.text(0));
  }

  /** A revision of ours; any other text was never seen here. */
  private static Optional<Long> revision(String text) {
    return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  /** No hints: LISTEN would cost a connection for each waiter. */
  @Override
  public Watch watch(RunKey run, Consumer<Hint> hints) {
    connections.requireOpen();
    return Watch.NONE;
  }

  @Override
  public boolean clear(RunKey run) {
    return schema.read(schema.sql(CLEAR, namespace(run), runId(run))).isPresent();
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    return Optional.of(
        schema.readAll(schema.sql(RUNS, namespace.value())).stream()
            .flatMap(row -> readable(namespace, row).stream())
            .toList());
  }

  /** Empty also for what is no record: the others are no less there for it. */
  private static Optional<Observed<Readiness>> readable(Namespace namespace, Row row) {
    try {
      return Optional.of(seen(new RunKey(namespace, new RunId(row.text(3))), row));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean durable() {
    return true;
  }

  private static Observed<Readiness> seen(RunKey run, Row row) {
    try {
      return new Observed<>(
          Readiness.fromText(row.text(0)),
          Duration.ofMillis(Math.max(0, row.number(1))),
          row.text(2));
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "The record of run %s in the table readiness cannot be read: clear it, or run the release that wrote it: %s"
              .formatted(run.inWords(), e.getMessage()),
          e);
    }
  }

  private static String namespace(RunKey run) {
    return run.namespace().value();
  }

  private static String runId(RunKey run) {
    return run.runId().value();
  }
}
