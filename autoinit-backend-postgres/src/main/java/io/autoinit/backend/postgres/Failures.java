package io.autoinit.backend.postgres;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link SQLException} means: try again, or change a setting. Judged by SQLSTATE, since
 * servers speak many languages; shown without secrets (BACKEND-3).
 */
final class Failures {

  static final String UNDEFINED_TABLE = "42P01";
  static final String UNDEFINED_SCHEMA = "3F000";
  static final String LOCK_TIMEOUT = "55P03";
  static final String NO_RIGHT = "42501";

  private static final String READ_ONLY = "25006";
  private static final String DRIVER_REJECTS = "08004";
  private static final String PROTOCOL = "08P01";
  private static final int DEEPEST_CAUSE = 8;

  /** What the driver adds to a refused connection: the sentence here says it already. */
  private static final String ADVICE_OF_DRIVER =
      ". Check that the hostname and port are correct and that the postmaster is accepting TCP/IP"
          + " connections.";

  /** Connection, resources, intervention, system, internal: the server may do better later. */
  private static final Set<String> CLASSES_WORTH_A_RETRY =
      Set.of("08", "40", "53", "57", "58", "XX");

  private final PostgresSettings settings;

  Failures(PostgresSettings settings) {
    this.settings = settings;
  }

  BackendException of(SQLException e) {
    return of(e, null);
  }

  /**
   * Judges a failure.
   *
   * @param session where it happened, to find the missing right; null if there is no connection
   */
  BackendException of(SQLException e, @Nullable Session session) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    String said =
        withoutFullStop(
            settings.withoutSecrets(String.valueOf(e.getMessage())).replace(ADVICE_OF_DRIVER, ""));
    SQLException cause = cleaned(e);
    if (state.equals("28P01") || (state.equals(PROTOCOL) && said.contains("auth"))) {
      return refused("%s refused the password (%s)".formatted(place(), key("password")), cause);
    }
    if (state.equals("28000")) {
      return refused(
          "%s does not let the user in: correct %s, or the server's pg_hba.conf: %s"
              .formatted(place(), key("user"), said),
          cause);
    }
    if (state.equals("3D000")) {
      return refused(
          "%s has no such database: create it, or correct %s: %s"
              .formatted(place(), key("url"), said),
          cause);
    }
    if (hasCause(e, UnknownHostException.class)) {
      return new BackendUnavailableException(
          "%s cannot be found: its name is not known here".formatted(place()), cause);
    }
    if (state.equals(DRIVER_REJECTS) && said.contains("SSL")) {
      return refusedTls(said, cause);
    }
    if (state.equals(DRIVER_REJECTS)) {
      return refused(
          "%s was not connected to: check %s and the parameters of %s: %s"
              .formatted(place(), key("password"), key("url"), said),
          cause);
    }
    if (hasCause(e, SSLException.class)) {
      return refusedTls(said, cause);
    }
    if (state.equals(NO_RIGHT)) {
      return refused(
          "%s does not allow that: %s".formatted(place(), Grants.missing(session, settings, said)),
          cause);
    }
    if (state.equals(READ_ONLY)) {
      return standby(cause);
    }
    if (state.equals("53300")) {
      return new BackendUnavailableException(
          "%s has no connection left: raise its max_connections, or try again later"
              .formatted(place()),
          cause);
    }
    if (state.isEmpty() || worthARetry(state)) {
      return new BackendUnavailableException(
          "%s is out of reach or cannot serve now: %s".formatted(place(), said), cause);
    }
    return refused("%s refuses (SQLSTATE %s): %s".formatted(place(), state, said), cause);
  }

  /** A server that takes no writes is no place for a lock: its primary may grant it again. */
  BackendRefusedException standby(@Nullable SQLException cause) {
    String message =
        "%s is a standby or read-only: point %s to the primary, or add targetServerType=primary to a URL of several hosts"
            .formatted(place(), key("url"));
    return cause == null
        ? new BackendRefusedException(message)
        : new BackendRefusedException(message, cause);
  }

  private static boolean worthARetry(String state) {
    return state.equals(LOCK_TIMEOUT)
        || state.equals("25P03")
        || CLASSES_WORTH_A_RETRY.contains(state.substring(0, Math.min(2, state.length())));
  }

  /** More may be said behind it. */
  private static String withoutFullStop(String said) {
    return said.endsWith(".") ? said.substring(0, said.length() - 1) : said;
  }

  private BackendRefusedException refusedTls(String said, SQLException cause) {
    return refused(
        "%s and this client do not agree on TLS: check sslmode and the other ssl parameters of %s: %s"
            .formatted(place(), key("url"), said),
        cause);
  }

  private static BackendRefusedException refused(String message, SQLException cause) {
    return new BackendRefusedException(message, cause);
  }

  private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
    Throwable at = e;
    for (int depth = 0; at != null && depth < DEEPEST_CAUSE; depth++) {
      if (type.isInstance(at)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }

  /** The exception anew: what the driver threw may quote the URL or its properties. */
  private SQLException cleaned(SQLException e) {
    SQLException clean =
        new SQLException(settings.withoutSecrets(String.valueOf(e.getMessage())), e.getSQLState());
    clean.setStackTrace(e.getStackTrace());
    Throwable cause = e.getCause();
    if (cause != null) {
      Throwable cleanCause = new Exception(settings.withoutSecrets(cause.toString()));
      cleanCause.setStackTrace(cause.getStackTrace());
      clean.initCause(cleanCause);
    }
    return clean;
  }

  private String place() {
    return settings.place();
  }

  private String key(String setting) {
    return settings.key(setting);
  }
}
