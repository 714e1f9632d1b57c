package io.autoinit.core.file;

import java.util.Optional;

/**
 * Which lock files this JVM holds. The system locks a file for a process, not for a thread, and
 * drops the lock when any channel of the process on that file is closed; so a file is opened only
 * by who has its name here. The system properties are the one map that a JVM has, whatever loaded
 * this class; they take texts only, since an application may store them.
 */
final class JvmLocks {

  /** With the process id: a child may get the properties of its parent, but not its locks. */
  private static final String PREFIX =
      "io.autoinit.core.file.lock." + ProcessHandle.current().pid() + ":";

  private JvmLocks() {}

  static boolean enter(String file, String holder) {
    return System.getProperties().putIfAbsent(PREFIX + file, holder) == null;
  }

  static void leave(String file) {
    System.getProperties().remove(PREFIX + file);
  }

  /** Enters whoever else is there: a holder, over who looks. */
  static void put(String file, String holder) {
    System.getProperties().put(PREFIX + file, holder);
  }

  static void leave(String file, String holder) {
    System.getProperties().remove(PREFIX + file, holder);
  }

  static Optional<String> holder(String file) {
    return Optional.ofNullable(System.getProperty(PREFIX + file));
  }
}
