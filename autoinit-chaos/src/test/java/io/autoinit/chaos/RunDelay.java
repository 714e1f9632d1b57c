package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long a thread of this process had work to do and no processor to do it on: what a loaded
 * machine adds to the times of a history. Of all threads the one counts that waited longest since
 * the last look. Linux alone tells; elsewhere it is nothing.
 */
final class RunDelay {

  /** The time between two entries, on a machine that is idle. */
  static final Duration PAUSE = Duration.ofMillis(500);

  private static final Path TASKS = Path.of("/proc/self/task");

  private final Map<String, Long> seen = new HashMap<>();
  private long sum;

  private RunDelay() {}

  /** Writes the delay of this process to its history, again and again. */
  static void writeTo(Scribe scribe) {
    var delay = new RunDelay();
    var thread = new Thread(() -> delay.write(scribe), "chaos-delay");
    thread.setDaemon(true);
    thread.start();
  }

  private void write(Scribe scribe) {
    try {
      while (true) {
        sum += sinceLastLook();
        scribe.write("delay", "nanos", sum);
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long sinceLastLook() {
    long longest = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        String id = task.getFileName().toString();
        long now = of(task);
        long before = seen.getOrDefault(id, 0L);
        seen.put(id, Math.max(now, before));
        longest = Math.max(longest, now - before);
      }
    } catch (IOException e) {
      return 0;
    }
    return longest;
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
