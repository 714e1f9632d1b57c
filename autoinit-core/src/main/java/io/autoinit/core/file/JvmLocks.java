package io.autoinit.core.file;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which lock files this JVM holds. The system locks a file for a process, not for a thread, and
 * drops the lock when any channel of the process on that file is closed; so a file is opened only
 * by who has its name here. One map for the JVM, whatever loaded this class.
 */
final class JvmLocks {

  private static final String PROPERTY = "io.autoinit.core.file.locks";

  private JvmLocks() {}

  @SuppressWarnings("unchecked")
  private static Map<String, String> held() {
    return (Map<String, String>)
        System.getProperties().computeIfAbsent(PROPERTY, p -> new ConcurrentHashMap<>());
  }

  static boolean enter(String file, String holder) {
    return held().putIfAbsent(file, holder) == null;
  }

  static void leave(String file) {
    held().remove(file);
  }
}
