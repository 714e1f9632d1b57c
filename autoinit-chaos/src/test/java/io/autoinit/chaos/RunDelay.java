package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How long this process had work to do and no processor to do it on: what a loaded machine adds to
 * the times of a history. Linux alone tells; elsewhere it is nothing.
 */
final class RunDelay {

  private static final Path TASKS = Path.of("/proc/self/task");
  private static final long PAUSE_MILLIS = 250;

  private RunDelay() {}

  /** Writes the delay of this process to its history, again and again. */
  static void writeTo(Scribe scribe) {
    var thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  scribe.write("delay", "nanos", nanos());
                  TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "chaos-delay");
    thread.setDaemon(true);
    thread.start();
  }

  /** The sum over the threads that are alive. */
  private static long nanos() {
    long sum = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        sum += of(task);
      }
    } catch (IOException e) {
      return 0;
    }
    return sum;
  }

  private static long of(Path task) {
    try {
      return Long.parseLong(Files.readString(task.resolve("schedstat")).strip().split(" ", -1)[1]);
    } catch (IOException | RuntimeException e) {
      // The thread has ended since.
      return 0;
    }
  }
}
