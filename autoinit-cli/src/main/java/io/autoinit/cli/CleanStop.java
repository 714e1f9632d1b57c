package io.autoinit.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes SIGTERM and SIGINT stop the phases before the JVM ends: interrupts the thread that opened
 * this and waits until it has stopped its step and released its lock.
 */
final class CleanStop {

  /**
   * A last resort. It is longer than a step may take to stop: the start itself sees to a step that
   * does not.
   */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** How the core names the threads of steps. */
  private static final String STEP_THREAD = "autoinit-step-";

  /** What a JVM ends with after a signal, as a shell would tell it. */
  private static final Map<String, Integer> SIGNALS =
      Map.of(
          "SIGHUP", ExitCode.HUNG_UP.code(),
          "SIGINT", ExitCode.INTERRUPTED.code(),
          "SIGTERM", ExitCode.TERMINATED.code());

  private final Thread phases = Thread.currentThread();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Console console;
  private final Launcher launcher;
  private final boolean looks;
  private volatile OptionalInt underWay = OptionalInt.empty();
  private volatile Optional<String> signal = Optional.empty();

  private CleanStop(Console console, Launcher launcher, boolean looks) {
    this.console = console;
    this.launcher = launcher;
    this.looks = looks;
  }

  /**
   * Begins to stop cleanly.
   *
   * @param looks whether there is no phase to stop and no lock to release, so nothing to tell
   */
  static CleanStop open(Console console, Launcher launcher, boolean looks) {
    var stop = new CleanStop(console, launcher, looks);
    Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "autoinit-stop"));
    return stop;
  }

  /** Says that the phases have ended, so that the JVM may end. */
  void close() {
    stopped.countDown();
  }

  /** The code of what ends the JVM, if something does. */
  OptionalInt underWay() {
    return underWay;
  }

  /** What came from outside and ends the JVM, if something does. */
  Optional<String> signal() {
    return signal;
  }

  /** Ends the JVM at once; with the code of what already ends it, if something does. */
  void halt(int code) {
    Runtime.getRuntime().halt(underWay.orElse(code));
  }

  private void stop() {
    if (stopped.getCount() == 0) {
      return;
    }
    Optional<String> outside = outside();
    signal = outside;
    // Not the caller's code: a step that ends the JVM with 0 has not done what a start does.
    underWay =
        OptionalInt.of(
            outside.isEmpty()
                ? ExitCode.STEP_FAILED.code()
                : SIGNALS.getOrDefault(outside.get(), ExitCode.TERMINATED.code()));
    Optional<String> step = outside.isEmpty() ? stepThatExits() : Optional.empty();
    if (step.isPresent()) {
      // Its thread never comes back from System.exit, so nothing can stop it but this.
      console.complain(
          "step '%s' called System.exit, so it has failed: a step must return or throw"
              .formatted(step.get()));
      halt(ExitCode.STEP_FAILED.code());
    }
    if (!looks) {
      console.complain(
          outside.orElse("somebody called System.exit")
              + ": stopping the phases, releasing the lock");
    }
    phases.interrupt();
    if (!await()) {
      console.complain(
          "the phases did not stop within %s; the lock expires by itself"
              .formatted(Humanized.duration(LONGEST)));
    }
    if (outside.isEmpty()) {
      halt(ExitCode.STEP_FAILED.code());
    }
  }

  private boolean await() {
    long last = System.nanoTime() + LONGEST.toNanos();
    boolean told = false;
    try {
      while (!stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - last >= 0) {
          return false;
        }
        if (!told && launcher.isSignalledAgain(handlers().count())) {
          told = true;
          console.complain(
              "it is stopping already, for %s at most; another signal changes nothing"
                  .formatted(Humanized.duration(LONGEST)));
        }
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** What ends the JVM from outside. */
  private Optional<String> outside() {
    if (launcher.isGone()) {
      return Optional.of("the launcher is gone");
    }
    return handlers().map(launcher::signalFor).findFirst();
  }

  /**
   * The signals that came: the JDK names the thread that handles one after it, and while the JVM
   * ends those threads wait.
   */
  private static Stream<String> handlers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("SIG[A-Z]+ handler"))
        .map(name -> name.replace(" handler", ""));
  }

  private static Optional<String> stepThatExits() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith(STEP_THREAD))
        .filter(thread -> Arrays.stream(thread.getValue()).anyMatch(CleanStop::exits))
        .map(thread -> thread.getKey().getName().substring(STEP_THREAD.length()))
        .findFirst();
  }

  private static boolean exits(StackTraceElement element) {
    return element.getClassName().equals(Runtime.class.getName())
        && element.getMethodName().equals("exit");
  }
}
