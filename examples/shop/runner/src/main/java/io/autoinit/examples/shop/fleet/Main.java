package io.autoinit.examples.shop.fleet;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the demonstration. {@code examples/shop/run} reads the options and starts this. */
public final class Main {

  private static final int FAILED = 1;
  private static final long SECONDS_TO_CLEAN_UP = 40;

  private Main() {}

  /**
   * Runs the demonstration and ends the JVM: 0 if all checks hold, else 1.
   *
   * @param args the directory of the project, the number of replicas, a backend, a scenario, keep
   *     or end
   */
  public static void main(String[] args) {
    Story story = new Story(System.out);
    Demonstration demonstration =
        new Demonstration(
            new Built(Path.of(args[0])),
            Integer.parseInt(args[1]),
            Backend.of(args[2]),
            Scenario.valueOf(args[3].toUpperCase(Locale.ROOT).replace('-', '_')),
            args[4].equals("keep"),
            story);
    CountDownLatch cleanedUp = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(main, cleanedUp, story), "clean-up"));
    int code = FAILED;
    try {
      code = demonstration.run() ? 0 : FAILED;
    } catch (InterruptedException e) {
      // Ctrl-C: the shutdown hook waits for what follows.
      code = FAILED;
    } catch (RuntimeException e) {
      story.complain(e);
    } finally {
      cleanedUp.countDown();
    }
    System.exit(code);
  }

  /** Ctrl-C at any moment: the main thread stops where it is and takes everything down. */
  private static void stop(Thread main, CountDownLatch cleanedUp, Story story) {
    if (cleanedUp.getCount() == 0) {
      return;
    }
    story.end("stopping: the replicas and the stores end, and the volumes are removed");
    main.interrupt();
    try {
      if (!cleanedUp.await(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS)) {
        System.err.println("not everything could be stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
