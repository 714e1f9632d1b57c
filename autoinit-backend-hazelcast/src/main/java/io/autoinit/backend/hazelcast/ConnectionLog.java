package io.autoinit.backend.hazelcast;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the library logs while it connects: it tells there, and nowhere else, why a cluster turned
 * it away. That the cluster is out of reach autoinit tells itself, so nothing of it is printed.
 */
final class ConnectionLog extends Handler {

  private static final Map<String, Consumer<String>> LISTENING = new ConcurrentHashMap<>();

  /** Held, because a logger that nobody holds forgets its handlers. */
  private static final Logger LOGGER = Logger.getLogger("com.hazelcast.client.impl.connection");

  private static boolean listens;

  private ConnectionLog() {}

  static synchronized void listen() {
    if (!listens) {
      listens = true;
      LOGGER.setUseParentHandlers(false);
      LOGGER.addHandler(new ConnectionLog());
    }
  }

  /** Asks for what the client of a name logs. */
  static void hear(String name, Consumer<String> lines) {
    LISTENING.put(name, lines);
  }

  static void forget(String name) {
    LISTENING.remove(name);
  }

  @Override
  public void publish(LogRecord line) {
    String text = line.getMessage() + " " + line.getThrown();
    LISTENING.forEach(
        (name, lines) -> {
          if (text.contains(name)) {
            lines.accept(text);
          }
        });
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
