package io.autoinit.backend.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code redis://user:password@host:port/database}, with {@code rediss} for TLS and, for a cluster,
 * several hosts with commas between them.
 */
record RedisUrl(
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    List<RedisAddress> addresses,
    OptionalInt database) {

  static final String FORM = "redis://[user:password@]host[:port][/database], or rediss:// for TLS";

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong with the part,
   *     fit for "... is not a URL for Redis: ", and never shows a secret
   */
  static RedisUrl parse(String url) {
    boolean tls = url.startsWith("rediss://");
    if (!tls && !url.startsWith("redis://")) {
      throw new IllegalArgumentException("write " + FORM);
    }
    String rest = url.substring(url.indexOf("//") + 2);
    // The last one, so that a password with an @ or a slash that nobody escaped still works.
    int at = rest.lastIndexOf('@');
    String credentials = at < 0 ? "" : rest.substring(0, at);
    String place = rest.substring(at + 1);
    if (place.indexOf('?') >= 0 || place.indexOf('#') >= 0) {
      throw new IllegalArgumentException("it takes no ? and no #; write " + FORM);
    }
    int slash = place.indexOf('/');
    String hosts = slash < 0 ? place : place.substring(0, slash);
    String database = slash < 0 ? "" : place.substring(slash + 1);
    int colon = credentials.indexOf(':');
    if (!credentials.isEmpty() && colon < 0) {
      throw new IllegalArgumentException(
          "before the @ stands user:password, or :password without a user");
    }
    return new RedisUrl(
        tls,
        present(colon < 0 ? "" : credentials.substring(0, colon)),
        present(credentials.substring(colon + 1)),
        addresses(hosts),
        database(database));
  }

  static List<RedisAddress> addresses(String hosts) {
    List<RedisAddress> addresses = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      addresses.add(RedisAddress.parse(host.strip()));
    }
    return List.copyOf(addresses);
  }

  private static OptionalInt database(String database) {
    if (database.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!database.matches("\\d{1,6}")) {
      throw new IllegalArgumentException("the database after the slash must be a number");
    }
    return OptionalInt.of(Integer.parseInt(database));
  }

  private static Optional<String> present(String escaped) {
    return escaped.isEmpty() ? Optional.empty() : Optional.of(unescaped(escaped));
  }

  private static String unescaped(String text) {
    var bytes = new ByteArrayOutputStream();
    byte[] escaped = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] != '%') {
        bytes.write(escaped[i]);
        continue;
      }
      int high = i + 2 < escaped.length ? Character.digit(escaped[i + 1], 16) : -1;
      int low = i + 2 < escaped.length ? Character.digit(escaped[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException(
            "a % in the user or the password must be written as %25");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "RedisUrl" + addresses;
  }
}
