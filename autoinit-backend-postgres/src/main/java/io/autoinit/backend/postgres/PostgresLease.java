package io.autoinit.backend.postgres;

import io.autoinit.backend.postgres.GoodbyeSockets.Farewell;
import io.autoinit.spi.Lease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * A held lock: a connection with an open transaction. Any word to the server renews it; when the
 * connection breaks, or does not answer in time, the lease is lost, since the server ends the
 * transaction of a broken connection.
 */
final class PostgresLease implements Lease {

  /** Renews, and sees whether a later holder or an operator has moved the epoch on. */
  private static final String STILL_MINE =
      "SELECT EXISTS (SELECT 1 FROM {s}.epochs WHERE scope = %s AND epoch = %s)";

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int SHARE_OF_TTL = 4;

  private final Session session;
  private final String stillMine;
  private final long token;
  private final Duration wait;
  private final BiConsumer<PostgresLease, Farewell> ended;
  private final ReentrantLock statement = new ReentrantLock();
  private final AtomicBoolean over = new AtomicBoolean();

  PostgresLease(
      Session session,
      Schema schema,
      String scope,
      long token,
      Duration ttl,
      BiConsumer<PostgresLease, Farewell> ended) {
    this.session = session;
    this.stillMine = schema.sql(STILL_MINE, scope, token);
    this.token = token;
    this.wait = wait(ttl);
    this.ended = ended;
  }

  private static Duration wait(Duration ttl) {
    Duration share = ttl.dividedBy(SHARE_OF_TTL);
    if (share.compareTo(SHORTEST_WAIT) < 0) {
      return SHORTEST_WAIT;
    }
    return share.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : share;
  }

  @Override
  public long token() {
    return token;
  }

  @Override
  public boolean renew() {
    statement.lock();
    try {
      if (over.get()) {
        return false;
      }
      if (answers()) {
        return !over.get();
      }
    } finally {
      statement.unlock();
    }
    close();
    return false;
  }

  private boolean answers() {
    try {
      session.answerWithin(wait);
      return session.query(stillMine).map(row -> row.flag(0)).orElse(false);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    Farewell farewell = Farewell.NONE;
    try {
      farewell = release();
    } finally {
      ended.accept(this, farewell);
    }
  }

  /** Says good-bye, so that the next holder gets in at once; not behind a renewal that hangs. */
  private Farewell release() {
    if (!statement.tryLock()) {
      session.abort();
      return Farewell.NONE;
    }
    try {
      session.answerWithin(SHORTEST_WAIT);
      session.rollback();
      return session.leave();
    } catch (SQLException e) {
      session.abort();
      return Farewell.NONE;
    } finally {
      statement.unlock();
    }
  }
}
