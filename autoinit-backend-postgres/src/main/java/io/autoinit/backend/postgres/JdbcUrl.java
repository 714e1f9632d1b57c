package io.autoinit.backend.postgres;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL of Postgres, taken apart: the driver gets the parameters on their own, since it lets
 * those of a URL win over all others and logs a URL that it cannot read, with the password in it.
 *
 * @param server where the servers are and which database, without parameters
 * @param address the hosts and ports, for people
 * @param parameters what stood behind the question mark, decoded
 */
record JdbcUrl(String server, String address, Map<String, String> parameters) {

  static final String PREFIX = "jdbc:postgresql:";

  private static final String HOST = "(?:\\[[0-9A-Fa-f:.%]+\\]|[^/?@:,\\s]*)(?::\\d{1,5})?";
  private static final Pattern FORM =
      Pattern.compile(PREFIX + "(?://(" + HOST + "(?:," + HOST + ")*)/)?([^/?\\s]*)(?:\\?(.*))?");

  /** Reads a URL; empty if it is not one that the driver understands. */
  static Optional<JdbcUrl> parse(String url) {
    Matcher matcher = FORM.matcher(url);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String authority = Optional.ofNullable(matcher.group(1)).orElse("");
    String database = matcher.group(2);
    try {
      return Optional.of(
          new JdbcUrl(
              PREFIX + "//" + authority + "/" + database,
              withPorts(authority),
              parameters(Optional.ofNullable(matcher.group(3)).orElse(""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean hasSeveralHosts() {
    return address.indexOf(',') >= 0;
  }

  /** The name of the database; empty if the URL leaves it to the user's name. */
  String database() {
    return server.substring(server.lastIndexOf('/') + 1);
  }

  /** Whether every host is this machine, by its name alone. */
  boolean isLoopback() {
    return Arrays.stream(address.split(",", -1))
        .allMatch(host -> host.matches("(localhost|127(\\.\\d{1,3}){3}|\\[::1\\]):\\d+"));
  }

  private static String withPorts(String authority) {
    if (authority.isEmpty()) {
      return "localhost:5432";
    }
    StringBuilder address = new StringBuilder();
    for (String host : authority.split(",", -1)) {
      String named = host.isEmpty() || host.startsWith(":") ? "localhost" + host : host;
      address.append(address.isEmpty() ? "" : ",").append(named);
      if (!named.matches(".*:\\d+")) {
        address.append(":5432");
      }
    }
    return address.toString();
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : query.split("&", -1)) {
      if (parameter.isEmpty()) {
        continue;
      }
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = equals < 0 ? "" : parameter.substring(equals + 1);
      parameters.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** Shows no parameter. */
  @Override
  public String toString() {
    return server;
  }
}
