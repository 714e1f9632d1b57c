package io.autoinit.tck.history;

import java.util.regex.Pattern;

/**
 * An attempt to get a lock, and the lease if it got one. No two attempts of a history are equal.
 *
 * @param client the client of the store that asks; the name of a process where that is one client
 * @param thread the thread of it that asks
 * @param number tells apart the attempts of one thread
 */
public record LeaseId(String client, String thread, long number) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern TEXT = Pattern.compile("([^/]+)/([^#]+)#(\\d+)");

  /** Checks the names: {@code [A-Za-z0-9._-]+}. */
  public LeaseId {
    requireName(client);
    requireName(thread);
  }

  static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name of a client or thread: '" + name + "'");
    }
    return name;
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @param text for example {@code client-1/t2#5}
   * @return the attempt
   */
  public static LeaseId fromText(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not the name of an attempt: '" + text + "'");
    }
    return new LeaseId(parts.group(1), parts.group(2), Long.parseLong(parts.group(3)));
  }

  /** Who holds it: {@code client-1/t2}. */
  String holder() {
    return client + "/" + thread;
  }

  /**
   * The attempt as one word.
   *
   * @return for example {@code client-1/t2#5}
   */
  @Override
  public String toString() {
    return holder() + "#" + number;
  }
}
