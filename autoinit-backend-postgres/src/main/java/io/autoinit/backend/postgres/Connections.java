package io.autoinit.backend.postgres;

import io.autoinit.backend.postgres.GoodbyeSockets.Farewell;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The connections of one instance: opened for one operation and closed after it, but for one that
 * is kept while this instance leads. Safe for use by any thread.
 */
final class Connections implements AutoCloseable {

  /** What the backend does on a connection. */
  interface Work<T> {
    T on(Session session) throws SQLException;
  }

  /** How long a statement may take: longer than the server waits for any row lock of ours. */
  private static final Duration SHORTEST_ANSWER = Duration.ofSeconds(3);

  private static final Duration SHORTEST_BUDGET = Duration.ofMillis(50);

  private static final long SPREAD_MILLIS = 200;

  private final PostgresSettings settings;
  private final Failures failures;
  private final Gate gate;
  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger keepers = new AtomicInteger();
  private final AtomicReference<Session> kept = new AtomicReference<>();
  private final AtomicBoolean lookedBefore = new AtomicBoolean();
  private volatile boolean closed;

  Connections(PostgresSettings settings) {
    this.settings = settings;
    this.failures = new Failures(settings);
    this.gate = Gate.of(settings.url().address());
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The backend " + settings.instance() + " is closed: open another one");
    }
  }

  /**
   * Spreads the first looks of a fleet whose processes started in the same moment; cut short by an
   * interrupt, which stays set.
   *
   * @return whether this is the first look
   */
  boolean spreadFirstLook() {
    requireOpen();
    if (!lookedBefore.compareAndSet(false, true)) {
      return false;
    }
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(SPREAD_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** Does work on the kept connection if it is free, else on one opened for it. */
  <T> T use(Work<T> work) {
    return use(work, this::enter);
  }

  /** The same for a look of a waiter, which comes in turn but for the first. */
  <T> T useToLook(Work<T> work) {
    return spreadFirstLook() ? use(work) : use(work, this::enterInTurn);
  }

  private <T> T use(Work<T> work, Supplier<Gate.Pass> entry) {
    requireOpen();
    if (keepers.get() > 0) {
      // A heartbeat does not queue behind the looks of waiters.
      return useBeside(work);
    }
    long begun = System.nanoTime();
    Gate.Pass pass = entry.get();
    try {
      return run(open(begun), work);
    } finally {
      pass.close();
    }
  }

  /** Does work for a holder of a place, who must not wait for a second one. */
  <T> T useBeside(Work<T> work) {
    Session idle = kept.getAndSet(null);
    return run(idle != null && idle.isUsable() ? idle : open(System.nanoTime()), work);
  }

  private <T> T run(Session session, Work<T> work) {
    try {
      return work.on(session);
    } catch (SQLException e) {
      session.rollback();
      throw failures.of(e, session);
    } catch (RuntimeException | Error e) {
      session.rollback();
      throw e;
    } finally {
      keepOrClose(session);
    }
  }

  private void keepOrClose(Session session) {
    boolean keep = keepers.get() > 0 && session.isUsable() && kept.compareAndSet(null, session);
    if (!keep) {
      session.close();
    } else if (keepers.get() == 0 || closed) {
      leaveKept().await();
    }
  }

  /** Keeps a connection open from now on, for a leader's records. */
  void keepOne() {
    keepers.incrementAndGet();
  }

  /** Takes back one {@link #keepOne}; the server is to be waited for. */
  Farewell keepNone() {
    return keepers.decrementAndGet() == 0 ? leaveKept() : Farewell.NONE;
  }

  private Farewell leaveKept() {
    Session session = kept.getAndSet(null);
    return session == null ? Farewell.NONE : session.leave();
  }

  /** A place for one connection. */
  Gate.Pass enter() {
    return gate.enter(settings.connectTimeout()).orElseThrow(this::noPlace);
  }

  private Gate.Pass enterInTurn() {
    return gate.enterInTurn(settings.connectTimeout()).orElseThrow(this::noPlace);
  }

  private BackendUnavailableException noPlace() {
    return new BackendUnavailableException(
        "No connection to %s came free within %s, because others of this process wait for it too: try again, or raise %s"
            .formatted(
                settings.place(), settings.connectTimeout(), settings.key("connect-timeout")));
  }

  /** A place for the lock of a node. */
  Gate.Pass enterAsNode() {
    return gate.enterAsNode()
        .orElseThrow(
            () ->
                new BackendUnavailableException(
                    "The thread was interrupted while other nodes of this process were before it at %s"
                        .formatted(settings.place())));
  }

  /**
   * Opens a connection that the caller closes.
   *
   * @param begun when the caller began to wait, as {@link System#nanoTime()}: the connect timeout
   *     counts from there
   */
  Session open(long begun) {
    requireOpen();
    Duration left = settings.connectTimeout().minus(gate.sinceLife(begun));
    Duration budget = left.compareTo(SHORTEST_BUDGET) < 0 ? SHORTEST_BUDGET : left;
    // The driver gives up at once on a thread that carries an interrupt, also one that cleans up.
    boolean interrupted = Thread.interrupted();
    try {
      Session session = new Session(connect(budget), open::remove);
      gate.sawLife();
      open.add(session);
      if (closed) {
        session.abort();
        requireOpen();
      }
      Duration wait = settings.connectTimeout();
      session.answerWithin(wait.compareTo(SHORTEST_ANSWER) < 0 ? SHORTEST_ANSWER : wait);
      return session;
    } catch (SQLException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new BackendUnavailableException(
            "The thread was interrupted while it connected to %s".formatted(settings.place()));
      }
      throw failures.of(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Connection connect(Duration budget) throws SQLException {
    Connection connection =
        DriverHolder.DRIVER.connect(settings.url().server(), settings.driverProperties(budget));
    if (connection == null) {
      throw new BackendRefusedException(
          settings.key("url")
              + " cannot be read by the driver: write jdbc:postgresql://host:port/database");
    }
    return connection;
  }

  /** What a failure on a connection of the caller's own means. */
  RuntimeException failure(SQLException e, Session session) {
    return failures.of(e, session);
  }

  /** A standby has no lock to give. */
  RuntimeException standby() {
    return failures.standby(null);
  }

  void refuseNew() {
    closed = true;
  }

  @Override
  public void close() {
    closed = true;
    leaveKept().await();
    open.forEach(Session::abort);
  }

  /** Loads the driver at the first connection. */
  private static final class DriverHolder {
    static final Driver DRIVER = load();

    private static Driver load() {
      try {
        // By name: neither the driver manager nor a context class loader decides which one it is.
        return Class.forName("org.postgresql.Driver")
            .asSubclass(Driver.class)
            .getDeclaredConstructor()
            .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "The PostgreSQL JDBC driver is not on the class path: add org.postgresql:postgresql",
            e);
      }
    }
  }
}
