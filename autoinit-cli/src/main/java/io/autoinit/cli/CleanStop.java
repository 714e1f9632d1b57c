package io.autoinit.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes SIGTERM and SIGINT stop the phases before the JVM ends: interrupts the thread that opened
 * this and waits until it has stopped its step and released its lock.
 */
final class CleanStop {

  /** The thread that ends the JVM when its launcher has ended. */
  static final String LAUNCHER_GONE = "autoinit-launcher-gone";

  /**
   * A last resort. It is longer than a step may take to stop: the start itself sees to a step that
   * does not.
   */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Thread phases = Thread.currentThread();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Console console;

  private CleanStop(Console console) {
    this.console = console;
  }

  static CleanStop open(Console console) {
    var stop = new CleanStop(console);
    Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "autoinit-stop"));
    return stop;
  }

  /** Says that the phases have ended, so that the JVM may end. */
  void close() {
    stopped.countDown();
  }

  private void stop() {
    if (stopped.getCount() == 0) {
      return;
    }
    Optional<String> signal = signal();
    console.complain(
        signal.orElse("somebody called System.exit") + ": stopping the phases, releasing the lock");
    phases.interrupt();
    if (!await()) {
      console.complain(
          "the phases did not stop within %s; the lock expires by itself"
              .formatted(Humanized.duration(LONGEST)));
    }
    if (signal.isEmpty()) {
      // Not the caller's code: a step that ends the JVM with 0 has not done what a start does.
      Runtime.getRuntime().halt(ExitCode.STEP_FAILED.code());
    }
  }

  private boolean await() {
    try {
      return stopped.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** What ends the JVM from outside: the JDK names the thread that handles a signal after it. */
  private static Optional<String> signal() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .map(
            name ->
                name.equals(LAUNCHER_GONE)
                    ? "the launcher is gone"
                    : name.matches("SIG[A-Z]+ handler") ? name.replace(" handler", "") : "")
        .filter(name -> !name.isEmpty())
        .findFirst();
  }
}
