package io.autoinit.core.file;

import java.io.IOException;

/**
 * File work on a thread that may carry an interrupt. An interrupt closes a channel under work; so
 * it is put aside meanwhile, and is there again afterwards.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /** Work on files. */
  interface Work<T> {
    T run() throws IOException;
  }

  static <T> T run(Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
