package io.autoinit.backend.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server listens. */
record RedisAddress(String host, int port) {

  static final int STANDARD_PORT = 6379;

  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");

  /**
   * Reads {@code host}, {@code host:port} or {@code [address]:port}.
   *
   * @throws IllegalArgumentException with a message fit for a user
   */
  static RedisAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          text.isEmpty() ? "the host is missing" : "the host must be written as host or host:port");
    }
    String port = matcher.group(2);
    return new RedisAddress(
        matcher.group(1).replace("[", "").replace("]", ""),
        port == null ? STANDARD_PORT : checkedPort(Integer.parseInt(port)));
  }

  static int checkedPort(int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("the port must be a number from 1 to 65535");
    }
    return port;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
