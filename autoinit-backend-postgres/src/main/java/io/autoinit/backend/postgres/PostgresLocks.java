package io.autoinit.backend.postgres;

import io.autoinit.backend.postgres.GoodbyeSockets.Farewell;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Locks that are the advisory lock of an open transaction, which pgbouncer keeps together and the
 * server ends with the connection. The transaction is idle in READ COMMITTED and the simple
 * protocol, so that it keeps no snapshot and CREATE INDEX CONCURRENTLY does not wait for it.
 *
 * <p>The time to live is the server's own limit for an idle transaction (LOCK-5): a holder that is
 * frozen, cut off or gone loses its session, and with it the lock, when it has not renewed in time.
 * The token is an epoch, written while the lock is held, so that tokens order as the holdings do.
 */
final class PostgresLocks implements LockProvider {

  /**
   * Takes the lock, if it is free. All settings are for this transaction, so that nothing stays
   * behind in a pooled connection; keepalives free a dead host's lock before the time to live does.
   * Not every server knows all of them, transaction_timeout for one, hence the look at what is set.
   */
  private static final String TRY =
      """
      BEGIN ISOLATION LEVEL READ COMMITTED;
      SELECT pg_catalog.set_config(name, wanted, true) FROM (VALUES
        ('transaction_timeout', '0'), ('idle_in_transaction_session_timeout', %s),
        ('tcp_keepalives_idle', %s), ('tcp_keepalives_interval', %s), ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', %s)) AS w (name, wanted)
      WHERE pg_catalog.current_setting(name, true) IS NOT NULL;
      SELECT pg_is_in_recovery(),
        CASE WHEN pg_is_in_recovery() THEN false ELSE pg_try_advisory_xact_lock(%s) END
      """;

  /**
   * Makes the next token, higher than the last also if the table was lost (LOCK-2). Waits for the
   * row only while a fenced publish of the last holder is under way.
   */
  private static final String NEXT_EPOCH =
      """
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL lock_timeout = '2s';
      INSERT INTO {s}.epochs AS e (scope, epoch, holder, granted_at)
      VALUES (%s, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, %s, clock_timestamp())
      ON CONFLICT (scope) DO UPDATE SET epoch = greatest(e.epoch + 1, excluded.epoch),
        holder = excluded.holder, granted_at = excluded.granted_at
      RETURNING epoch
      """;

  /** The session that holds an advisory lock. */
  private static final String HELD =
      """

      FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND classid = %s AND objid = %s""";

  /** The holder, as long as the advisory lock is really held; it is asked for, not tried. */
  private static final String HOLDER =
      "SELECT holder FROM {s}.epochs WHERE scope = %s AND holder <> '' AND EXISTS (SELECT 1"
          + HELD
          + ")";

  /**
   * Moves the epoch on, so that the holder's records are refused from now on, and forgets who it
   * was, so that of many who take the lock away at once one does.
   */
  private static final String MOVE_EPOCH =
      """
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL lock_timeout = '2s';
      UPDATE {s}.epochs SET epoch = epoch + 1, holder = ''
      WHERE scope = %s AND holder = %s RETURNING epoch
      """;

  /**
   * Ends the session that holds the lock. One that got it in this very moment, and waits to write
   * its epoch, may be hit in its place; it has begun nothing, and tries again.
   */
  private static final String END_HOLDER =
      "SELECT pid, pg_catalog.pg_terminate_backend(pid)" + HELD;

  private static final String STILL_HELD = "SELECT 1" + HELD + " AND pid = %s";

  private static final Duration LONGEST_IDLE = Duration.ofMillis(Integer.MAX_VALUE);
  private static final Duration LONGEST_UNACKNOWLEDGED = Duration.ofSeconds(10);
  private static final long LONGEST_KEEPALIVE_IDLE = 5;
  private static final long LONGEST_KEEPALIVE_INTERVAL = 2;
  private static final Duration LONGEST_END = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final long LOW_HALF = 0xffff_ffffL;

  private final PostgresSettings settings;
  private final Connections connections;
  private final Schema schema;
  private final Set<PostgresLease> leases = ConcurrentHashMap.newKeySet();
  private final Map<String, Set<Long>> issued = new ConcurrentHashMap<>();

  PostgresLocks(PostgresSettings settings, Connections connections, Schema schema) {
    this.settings = settings;
    this.connections = connections;
    this.schema = schema;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    connections.requireOpen();
    long asked = System.nanoTime();
    Gate.Pass pass = name.node().isPresent() ? connections.enterAsNode() : connections.enter();
    // How long the phases of other nodes took is no fault of the server.
    long begun = name.node().isPresent() ? System.nanoTime() : asked;
    try {
      Session session = connections.open(begun);
      Optional<Lease> lease = tryOn(session, pass, name, ttl);
      if (lease.isEmpty()) {
        pass.close();
      }
      return lease;
    } catch (RuntimeException | Error e) {
      pass.close();
      throw e;
    }
  }

  private Optional<Lease> tryOn(Session session, Gate.Pass pass, LockName name, Duration ttl) {
    boolean kept = false;
    try {
      if (!lock(session, name, ttl)) {
        session.rollback();
        session.close();
        return Optional.empty();
      }
      if (name.node().isEmpty()) {
        connections.keepOne();
        kept = true;
      }
      OptionalLong token = nextToken(session, name);
      if (token.isEmpty()) {
        giveUp(session, kept);
        return Optional.empty();
      }
      return Optional.of(lease(session, pass, name, ttl, token.getAsLong()));
    } catch (RuntimeException | Error e) {
      giveUp(session, kept);
      throw e;
    }
  }

  private void giveUp(Session session, boolean kept) {
    session.rollback();
    session.close();
    if (kept) {
      connections.keepNone().await();
    }
  }

  private boolean lock(Session session, LockName name, Duration ttl) {
    try {
      Row row = session.query(schema.sql(TRY, parameters(name, ttl))).orElseThrow();
      if (row.flag(0)) {
        throw connections.standby();
      }
      return row.flag(1);
    } catch (SQLException e) {
      throw connections.failure(e, session);
    }
  }

  private Object[] parameters(LockName name, Duration ttl) {
    Duration idle = ttl.compareTo(LONGEST_IDLE) > 0 ? LONGEST_IDLE : ttl;
    Duration unacknowledged =
        ttl.compareTo(LONGEST_UNACKNOWLEDGED) > 0 ? LONGEST_UNACKNOWLEDGED : ttl;
    long third = Math.max(1, ttl.toSeconds() / 3);
    long ninth = Math.max(1, ttl.toSeconds() / 9);
    return new Object[] {
      Long.toString(Math.max(1, idle.toMillis())),
      Long.toString(Math.min(LONGEST_KEEPALIVE_IDLE, third)),
      Long.toString(Math.min(LONGEST_KEEPALIVE_INTERVAL, ninth)),
      Long.toString(Math.max(1, unacknowledged.toMillis())),
      key(name)
    };
  }

  /** Writes the next epoch, and only keeps it if the lock is still held then. */
  private OptionalLong nextToken(Session holding, LockName name) {
    String sql = schema.sql(NEXT_EPOCH, name.toString(), settings.asciiClient());
    return connections.useBeside(
        session -> {
          try {
            long epoch = schema.write(session, sql).orElseThrow().number(0);
            if (!isAlive(holding)) {
              session.rollback();
              return OptionalLong.empty();
            }
            session.query("COMMIT");
            return OptionalLong.of(epoch);
          } catch (SQLException e) {
            if (!Failures.LOCK_TIMEOUT.equals(e.getSQLState())) {
              throw e;
            }
            session.rollback();
            return OptionalLong.empty();
          }
        });
  }

  private static boolean isAlive(Session session) {
    try {
      return session.query("SELECT 1").isPresent();
    } catch (SQLException e) {
      return false;
    }
  }

  private Lease lease(Session session, Gate.Pass pass, LockName name, Duration ttl, long token) {
    issued.computeIfAbsent(name.toString(), n -> ConcurrentHashMap.newKeySet()).add(token);
    PostgresLease lease =
        new PostgresLease(
            session,
            schema,
            name.toString(),
            token,
            ttl,
            (ended, farewell) -> end(ended, farewell, pass, name));
    leases.add(lease);
    if (name.node().isEmpty()) {
      // A leader's two connections are counted apart, so its place is free for others.
      pass.close();
    }
    try {
      connections.requireOpen();
    } catch (IllegalStateException e) {
      lease.close();
      throw e;
    }
    return lease;
  }

  /** Both connections of a leader end at once; who comes next finds the places free. */
  private void end(PostgresLease lease, Farewell farewell, Gate.Pass pass, LockName name) {
    leases.remove(lease);
    try {
      Farewell records = name.node().isEmpty() ? connections.keepNone() : Farewell.NONE;
      farewell.await();
      records.await();
    } finally {
      pass.close();
    }
  }

  /** Whether a token came from here, so that its epoch can fence a publish. */
  boolean issued(LockName name, long token) {
    return issued.getOrDefault(name.toString(), Set.of()).contains(token);
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<String> holder(LockName name) {
    return schema
        .read(schema.sql(HOLDER, name.toString(), high(name), low(name)))
        .map(row -> row.text(0));
  }

  @Override
  public boolean revoke(LockName name, String holder) {
    // Asked first, so that the epoch of a lock that nobody holds is left alone.
    if (!holder(name).equals(Optional.of(holder))) {
      return false;
    }
    Optional<Row> ended = connections.use(session -> ended(session, name, holder));
    ended.ifPresent(session -> awaitEnd(name, session.number(0)));
    return ended.isPresent();
  }

  private Optional<Row> ended(Session session, LockName name, String holder) throws SQLException {
    if (session.query(schema.sql(MOVE_EPOCH, name.toString(), holder)).isEmpty()) {
      session.rollback();
      return Optional.empty();
    }
    try {
      Optional<Row> ended = session.query(schema.sql(END_HOLDER, high(name), low(name)));
      session.query("COMMIT");
      return ended;
    } catch (SQLException e) {
      if (!Failures.NO_RIGHT.equals(e.getSQLState())) {
        throw e;
      }
      throw new BackendRefusedException(
          "%s does not let this user end the session that holds the lock %s: connect as the user of that session, or grant pg_signal_backend"
              .formatted(settings.place(), name),
          e);
    }
  }

  /** The server answers before the session has ended. */
  private void awaitEnd(LockName name, long pid) {
    String stillHeld = schema.sql(STILL_HELD, high(name), low(name), pid);
    long end = System.nanoTime() + LONGEST_END.toNanos();
    // With an interrupt pending no pause would be one.
    boolean interrupted = Thread.interrupted();
    try {
      while (schema.read(stillHeld).isPresent()) {
        if (System.nanoTime() - end > 0) {
          throw new BackendUnavailableException(
              "%s was told to end the session %d, which holds the lock %s, but it goes on: the lock is free when it ends"
                  .formatted(settings.place(), pid, name));
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private long high(LockName name) {
    return key(name) >>> Integer.SIZE;
  }

  private long low(LockName name) {
    return key(name) & LOW_HALF;
  }

  private long key(LockName name) {
    return LockKey.of(settings.schema(), name.toString());
  }

  void closeLeases() {
    leases.forEach(PostgresLease::close);
  }
}
