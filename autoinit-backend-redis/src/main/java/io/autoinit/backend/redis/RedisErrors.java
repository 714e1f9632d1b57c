package io.autoinit.backend.redis;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Turns what Jedis throws into one sentence with the way out, without secrets (BACKEND-3): refused
 * for good, where trying again is pointless, else unavailable.
 */
final class RedisErrors {

  /** What a user of the server's ACL needs; the documentation shows the same line. */
  static final String ACL_COMMANDS =
      "+eval +evalsha +time +hmget +hset +hdel +pexpire +publish +get +set +del +ping +subscribe"
          + " +unsubscribe +info +scan";

  private static final Pattern DENIED =
      Pattern.compile("NOPERM|ACL failure|The user executing the script can't");
  private static final Pattern NO_SUCH_DATABASE =
      Pattern.compile("(?i)DB index|SELECT is not allowed");
  private static final int DEEPEST = 50;

  private final RedisSettings settings;

  RedisErrors(RedisSettings settings) {
    this.settings = settings;
  }

  /** What to throw in place of what Jedis threw. */
  BackendException translate(RuntimeException thrown) {
    List<Throwable> chain = chain(thrown);
    for (Throwable cause : chain) {
      if (cause instanceof BackendException told) {
        return told;
      }
    }
    return refusal(chain)
        .<BackendException>map(message -> refused(message, thrown))
        .orElseGet(() -> unavailable(outage(chain), thrown));
  }

  /** Whether the server may have done what it was asked, in time that nobody waited for. */
  static boolean timedOut(Throwable thrown) {
    return chain(thrown).stream().anyMatch(SocketTimeoutException.class::isInstance);
  }

  private Optional<String> refusal(List<Throwable> chain) {
    String place = settings.place();
    String reply = reply(chain).orElse("");
    if (reply.contains("WRONGPASS") || reply.contains("invalid password")) {
      return Optional.of(
          "%s refused the %s (%s)"
              .formatted(
                  place,
                  settings.user().isPresent() ? "user or the password" : "password",
                  settings.passwordSetting()));
    }
    if (reply.contains("NOAUTH")) {
      return Optional.of(
          "%s wants a password: set %s".formatted(place, settings.passwordSetting()));
    }
    if (reply.contains("without any password configured")) {
      return Optional.of(
          "%s has no password for its default user: take the password away (%s), or set %s"
              .formatted(place, settings.passwordSetting(), settings.key(RedisSettings.USER)));
    }
    if (DENIED.matcher(reply).find()) {
      return Optional.of(
          "%s does not permit its user what autoinit needs (%s): grant it with ACL SETUSER %s"
              .formatted(place, firstLine(reply), acl()));
    }
    if (NO_SUCH_DATABASE.matcher(reply).find()) {
      return Optional.of(
          "%s has no database %d (%s)"
              .formatted(place, settings.database(), settings.key(RedisSettings.DATABASE)));
    }
    if (reply.contains("WRONGTYPE")) {
      return Optional.of(
          "%s holds something else under a key of autoinit: delete the key, or set another %s"
              .formatted(place, settings.key(RedisSettings.KEY_PREFIX)));
    }
    if (reply.startsWith("MOVED") || reply.startsWith("ASK ")) {
      return Optional.of(
          "%s is a Redis Cluster: set %s = true"
              .formatted(place, settings.key(RedisSettings.CLUSTER)));
    }
    if (reply.contains("cluster support disabled")) {
      return Optional.of(
          "%s is no Redis Cluster: take %s away"
              .formatted(place, settings.key(RedisSettings.CLUSTER)));
    }
    if (reply.contains("unknown command")) {
      // The server repeats what it was sent, a password too: nothing of it is shown.
      return Optional.of("%s lacks a command: autoinit needs Redis 6.2 or later".formatted(place));
    }
    return refusalOfTls(chain);
  }

  private Optional<String> refusalOfTls(List<Throwable> chain) {
    if (chain.stream().noneMatch(SSLException.class::isInstance)) {
      return Optional.empty();
    }
    if (chain.stream().anyMatch(GeneralSecurityException.class::isInstance)) {
      return Optional.of(
          ("%s shows a certificate that is not trusted for its name: set %s to a PEM file with the"
                  + " certificate of its issuer")
              .formatted(settings.place(), settings.key(RedisSettings.CA_FILE)));
    }
    if (messages(chain).anyMatch(m -> m.contains("Unsupported or unrecognized SSL message"))) {
      return Optional.of(
          "%s does not talk TLS: write redis:// instead of rediss://, or set %s = false"
              .formatted(settings.place(), settings.key(RedisSettings.TLS)));
    }
    return Optional.empty();
  }

  private String outage(List<Throwable> chain) {
    String place = settings.place();
    if (reply(chain).isPresent()) {
      return "%s cannot serve now: %s".formatted(place, firstLine(reply(chain).get()));
    }
    if (chain.stream().anyMatch(SocketTimeoutException.class::isInstance)) {
      return "%s did not answer in time (%s, %s)%s"
          .formatted(
              place,
              settings.key(RedisSettings.CONNECT_TIMEOUT),
              settings.key(RedisSettings.COMMAND_TIMEOUT),
              // Redis without TLS waits for the rest of what it takes for a command.
              settings.tls() ? "; if it does not talk TLS there, write redis://" : "");
    }
    if (chain.stream().anyMatch(UnknownHostException.class::isInstance)) {
      return "%s cannot be found: its name is not known here".formatted(place);
    }
    if (chain.stream().anyMatch(e -> e instanceof EOFException)) {
      return "%s closed the connection".formatted(place);
    }
    return "%s is out of reach: %s"
        .formatted(
            place,
            messages(chain)
                .reduce((outer, inner) -> inner)
                .map(this::firstLine)
                .orElse("no answer"));
  }

  private BackendException refused(String message, Throwable cause) {
    return showsSecret(cause)
        ? new BackendRefusedException(message)
        : new BackendRefusedException(message, cause);
  }

  private BackendException unavailable(String message, Throwable cause) {
    return showsSecret(cause)
        ? new BackendUnavailableException(message)
        : new BackendUnavailableException(message, cause);
  }

  /** Servers and proxies are known to repeat what they were sent. */
  private boolean showsSecret(Throwable thrown) {
    return settings
        .password()
        .filter(secret -> messages(chain(thrown)).anyMatch(m -> m.contains(secret)))
        .isPresent();
  }

  private String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return settings.password().map(secret -> line.replace(secret, "***")).orElse(line);
  }

  /** The user's name and what the server's ACL must give it, as {@code ACL SETUSER} takes it. */
  String acl() {
    StringBuilder rules = new StringBuilder(settings.user().orElse("USER"));
    Stream.of(settings.keyPrefix() + ":*", settings.readinessPrefix() + ":*")
        .distinct()
        .forEach(keys -> rules.append(" ~").append(keys));
    rules.append(" &").append(settings.readinessPrefix()).append(":* ").append(ACL_COMMANDS);
    if (settings.database() != 0) {
      rules.append(" +select");
    }
    if (settings.cluster()) {
      rules.append(" +cluster|slots");
    }
    return rules.toString();
  }

  /** What the server itself said. */
  private static Optional<String> reply(List<Throwable> chain) {
    return messages(chain.stream().filter(JedisDataException.class::isInstance).toList())
        .findFirst();
  }

  private static Stream<String> messages(List<Throwable> chain) {
    return chain.stream().map(Throwable::getMessage).flatMap(Stream::ofNullable);
  }

  /** A throwable with its causes and what they suppressed, outermost first. */
  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    Deque<Throwable> open = new ArrayDeque<>(List.of(thrown));
    while (!open.isEmpty() && chain.size() < DEEPEST) {
      Throwable next = open.removeFirst();
      chain.add(next);
      if (next.getCause() != null) {
        open.addLast(next.getCause());
      }
      open.addAll(List.of(next.getSuppressed()));
    }
    return chain;
  }
}
