package io.autoinit.backend.zookeeper;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The servers of a connect string, and below which node of theirs everything lies.
 *
 * @param servers host and port of each
 * @param chroot empty, or a path without a slash at its end
 */
record Ensemble(List<String> servers, String chroot) {

  static final String FORM = "host[:port][,host[:port]...][/chroot]";

  private static final int STANDARD_PORT = 2181;
  private static final int HIGHEST_PORT = 65_535;
  private static final Pattern SERVER =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  /**
   * Reads a connect string.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong with it
   */
  static Ensemble parse(String connect) {
    String text = connect.strip();
    int slash = text.indexOf('/');
    String hosts = slash < 0 ? text : text.substring(0, slash);
    String chroot = slash < 0 ? "" : text.substring(slash);
    List<String> servers = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      servers.add(server(host.strip()));
    }
    return new Ensemble(List.copyOf(servers), path(chroot, "the chroot"));
  }

  /**
   * Checks the path of a node.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  static String path(String path, String what) {
    String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (!PATH.matcher(bare).matches()) {
      throw new IllegalArgumentException(
          what + " must be written as /name or /name/name, of letters, digits, dots, - and _");
    }
    return bare;
  }

  private static String server(String text) {
    Matcher matcher = SERVER.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("write " + FORM);
    }
    int port = matcher.group(2) == null ? STANDARD_PORT : Integer.parseInt(matcher.group(2));
    if (port < 1 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("the port must be a number from 1 to 65535");
    }
    return matcher.group(1) + ":" + port;
  }

  /** As the client library takes it. */
  String connectString() {
    return String.join(",", servers);
  }

  /** The addresses of the servers, looked up now. */
  List<InetSocketAddress> addresses() {
    return servers.stream().map(Ensemble::address).toList();
  }

  private static InetSocketAddress address(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon).replace("[", "").replace("]", "");
    return new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1)));
  }
}
