package io.autoinit.backend.postgres;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.ClockRate;
import io.autoinit.spi.Finding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at a database without writing to it: two short connections, one after which none stays. */
final class PostgresExamination {

  private static final String PROCESS = "SELECT pg_backend_pid()";

  /** Each from catalogs and settings that every user may read. */
  private static final String STATE =
      """
      SELECT current_setting('server_version_num')::int, current_setting('server_version'),
             pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on',
             current_setting('max_connections')::int,
             current_setting('superuser_reserved_connections')::int
               + COALESCE(current_setting('reserved_connections', true)::int, 0),
             (SELECT COALESCE(sum(numbackends), 0) FROM pg_catalog.pg_stat_database),
             current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
             current_setting('synchronous_commit') <> 'off',
             COALESCE((SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()), false)
      """;

  private static final String CLOCK =
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

  /** ON CONFLICT is of 9.5; what is tested is far newer. */
  private static final int OLDEST = 90_500;

  /**
   * A leader has two, and a waiter looks with one: below this a fleet queues for its last place.
   */
  private static final int FEW = 5;

  private final PostgresSettings settings;
  private final Connections connections;

  PostgresExamination(PostgresSettings settings, Connections connections) {
    this.settings = settings;
    this.connections = connections;
  }

  List<Finding> findings() {
    try {
      return connections.use(this::at);
    } catch (BackendException e) {
      return List.of(refusal(e));
    }
  }

  private Finding refusal(BackendException e) {
    String seen = String.valueOf(e.getMessage());
    return switch (state(e)) {
      case "28P01" ->
          Finding.error(
              "credentials",
              seen,
              "set %s and %s to what the server knows"
                  .formatted(settings.key("user"), settings.key("password")));
      case "28000" -> Finding.error("credentials", seen, "set " + settings.key("user"));
      case "3D000" ->
          Finding.error(
              "database", seen, "CREATE DATABASE %s;".formatted(settings.url().database()));
      case "53300" ->
          Finding.error(
              "connections",
              seen,
              "ALTER SYSTEM SET max_connections = 200; then restart the server");
      default ->
          e instanceof BackendUnavailableException
              ? Finding.error(
                  "reachable", seen, "start the server there, or correct " + settings.key("url"))
              : Finding.error("accepted", seen, "correct " + settings.key("url"));
    };
  }

  private static String state(BackendException e) {
    return e.getCause() instanceof SQLException sql
        ? Optional.ofNullable(sql.getSQLState()).orElse("")
        : "";
  }

  private List<Finding> at(Session session) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    Row row = session.query(STATE).orElseThrow();
    findings.add(
        Finding.ok("reachable", "%s answers, version %s".formatted(settings.place(), row.text(1))));
    if (row.number(0) < OLDEST) {
      findings.add(
          Finding.error(
              "version",
              "PostgreSQL %s is too old".formatted(row.text(1)),
              "upgrade the server to a version that is still maintained"));
    }
    findings.add(recovery(row));
    findings.add(
        Grants.lacking(session, settings)
            .orElseGet(() -> Finding.ok("grants", "the user may do all that is needed")));
    findings.add(room(row));
    findings.addAll(durability(row));
    findings.add(encryption(row.flag(10)));
    findings.add(pooler(session));
    findings.add(
        ClockRate.of(() -> clock(session), Duration.ofNanos(1000)).finding(settings.place()));
    return findings;
  }

  private Finding recovery(Row row) {
    if (row.flag(2)) {
      return Finding.error(
          "primary",
          settings.place()
              + " is a standby: it takes no writes, and its primary may grant the same lock",
          "point %s to the primary, or make this one it: SELECT pg_promote();"
              .formatted(settings.key("url")));
    }
    if (row.flag(3)) {
      return Finding.error(
          "primary",
          settings.place() + " is read-only by default_transaction_read_only",
          "ALTER DATABASE %s RESET default_transaction_read_only; ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();"
              .formatted(settings.url().database()));
    }
    return Finding.ok("primary", "takes writes");
  }

  private static Finding room(Row row) {
    long most = row.number(4);
    long reserved = row.number(5);
    long used = row.number(6);
    long free = Math.max(0, most - reserved - used);
    String seen =
        "%d of %d connections are used, %d are reserved, %d are free"
            .formatted(used, most, reserved, free);
    return free < FEW
        ? Finding.warning(
            "connections",
            seen,
            "ALTER SYSTEM SET max_connections = %d; then restart the server, or put a pooler before it"
                .formatted(2 * most))
        : Finding.ok("connections", seen);
  }

  private List<Finding> durability(Row row) {
    List<Finding> findings = new ArrayList<>();
    if (!row.flag(7)) {
      findings.add(
          Finding.warning(
              "durability",
              "fsync is off: a crash of the machine may lose the ledger, or the whole database",
              "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();"));
    }
    if (!row.flag(8)) {
      findings.add(
          Finding.warning(
              "durability",
              "full_page_writes is off: a crash of the machine may tear pages",
              "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();"));
    }
    if (!row.flag(9)) {
      findings.add(
          Finding.warning(
              "durability",
              "synchronous_commit is off: a crash of the server may forget the last READY, and fencing tokens",
              "ALTER DATABASE %s SET synchronous_commit = on;"
                  .formatted(settings.url().database())));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok("durability", "what is committed is on the disk"));
    }
    return findings;
  }

  private Finding encryption(boolean encrypted) {
    if (encrypted) {
      return Finding.ok("tls", "the connection is encrypted");
    }
    return settings.url().isLoopback()
        ? Finding.ok("tls", "none, and on this machine none is needed")
        : Finding.warning(
            "tls",
            "the connection to another machine is not encrypted",
            "add sslmode=verify-full to %s, or sslmode=require at least"
                .formatted(settings.key("url")));
  }

  /**
   * A pooler in transaction mode hands the same process of the server to two clients that are both
   * connected, or moves one to another: no server does that by itself.
   */
  private Finding pooler(Session session) throws SQLException {
    try (Session other = connections.open(System.nanoTime())) {
      long before = process(session);
      long others = other.query("BEGIN; " + PROCESS).orElseThrow().number(0);
      long after = process(session);
      other.rollback();
      // What the other gave back is what a pooler hands out next, where there was more than one.
      long last = process(session);
      if (others == before || after != before || last != before) {
        return Finding.note(
            "pooler",
            "a pooler in transaction mode is between: locks hold there, and each leader takes two of its server connections while it leads");
      }
    } catch (BackendException e) {
      return Finding.note("pooler", "could not be looked for: no second connection came free");
    }
    return Finding.ok("pooler", "none between, or one that keeps a connection for each client");
  }

  private static long process(Session session) throws SQLException {
    return session.query(PROCESS).orElseThrow().number(0);
  }

  private Duration clock(Session session) {
    try {
      return Duration.ofNanos(1000 * session.query(CLOCK).orElseThrow().number(0));
    } catch (SQLException e) {
      throw connections.failure(e, session);
    }
  }
}
