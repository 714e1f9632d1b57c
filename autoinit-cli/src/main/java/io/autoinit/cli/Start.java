package io.autoinit.cli;

import io.autoinit.InitListener;
import io.autoinit.InterruptedStartException;
import io.autoinit.core.AutoInit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Does the work of a command on the facade, and says how it ended. */
final class Start {

  private final CommonOptions options;
  private final Console console;
  private final Launcher launcher;
  private @Nullable String declined;

  Start(CommonOptions options, Console console, Launcher launcher) {
    this.options = options;
    this.console = console;
    this.launcher = launcher;
  }

  /**
   * Works with a start that is closed behind it.
   *
   * @param settings sets what the command's own options say
   * @param work what to do, to its exit code
   * @return the exit code
   */
  int with(Consumer<AutoInit.Builder> settings, ToIntFunction<AutoInit> work) {
    return with(false, options.listener(console), settings, work);
  }

  /** The same for a command that runs no phase and holds no lock, but waits for one that does. */
  int waiting(Consumer<AutoInit.Builder> settings, ToIntFunction<AutoInit> work) {
    return with(
        true,
        options.listener(console),
        settings.andThen(AutoInit.Builder::withoutRunningSteps),
        work);
  }

  /** The same for a command that takes the lock for a moment, and answers. */
  int underLock(Consumer<AutoInit.Builder> settings, ToIntFunction<AutoInit> work) {
    return with(
        false,
        options.listenerOfAnswers(console),
        settings.andThen(AutoInit.Builder::withoutRunningSteps),
        work);
  }

  /** The same for a command that only looks, or changes something, and answers. */
  int answering(Consumer<AutoInit.Builder> settings, ToIntFunction<AutoInit> work) {
    return with(
        true,
        options.listenerOfAnswers(console),
        settings.andThen(AutoInit.Builder::withoutRunningSteps),
        work);
  }

  private int with(
      boolean looks,
      InitListener listener,
      Consumer<AutoInit.Builder> settings,
      ToIntFunction<AutoInit> work) {
    launcher.endWithIt();
    var stop = CleanStop.open(console, launcher, looks);
    try {
      return ended(stop, looks, listener, settings, work);
    } finally {
      // The last thing: the JVM may be gone at any moment after it.
      stop.close();
    }
  }

  /** Says why nothing was done, which is how the command ends for programs, too. */
  void decline(String sentence) {
    declined = sentence;
    console.complain(sentence);
  }

  /** Whether answers are lines for people. */
  boolean speaksToPeople() {
    return !options.json();
  }

  /** Whether a question with yes and no for an answer is answered by the exit code alone. */
  boolean answersByCodeAlone() {
    return options.quiet() && !options.json();
  }

  /** Whether a person may be asked before something is changed. */
  boolean asks() {
    return !options.json() && !options.quiet() && console.keyboard().isPresent();
  }

  private int ended(
      CleanStop stop,
      boolean looks,
      InitListener listener,
      Consumer<AutoInit.Builder> settings,
      ToIntFunction<AutoInit> work) {
    int code;
    String message;
    try {
      code = attempt(stop, listener, settings, work);
      message = declined == null ? ExitCode.meaning(code) : declined;
      withdraw(listener);
    } catch (Throwable end) {
      withdraw(listener);
      code =
          end instanceof InterruptedStartException
              ? stop.underWay().orElse(ExitCode.TERMINATED.code())
              : ExitCode.of(end).code();
      message = Failure.sentence(end) + signal(end, stop, looks);
      console.complain(message);
      if (options.verbose()) {
        console.err().print(Failure.trace(end));
      }
    }
    if (options.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("code", code == ExitCode.BECOME_COMMAND ? ExitCode.DONE.code() : code);
      fields.put("message", message);
      new JsonListener(console.out(), console.clock()).write("ended", fields);
    }
    return code;
  }

  /** Where nothing was told of a signal, since there was no phase to stop. */
  private static String signal(Throwable end, CleanStop stop, boolean looks) {
    return looks && end instanceof InterruptedStartException
        ? stop.signal().map(" (%s)"::formatted).orElse("")
        : "";
  }

  /** A terminal is left with the story alone. */
  private static void withdraw(InitListener listener) {
    if (listener instanceof LiveView live) {
      live.close();
    }
  }

  /** Prints what a command found out on standard output. */
  void answer(String event, List<String> lines, Map<String, Object> fields) {
    if (options.json()) {
      new JsonListener(console.out(), console.clock()).write(event, fields);
    } else {
      console.answer(lines);
    }
  }

  private int attempt(
      CleanStop stop,
      InitListener listener,
      Consumer<AutoInit.Builder> settings,
      ToIntFunction<AutoInit> work) {
    AutoInit.Builder builder = AutoInit.builder().listener(listener).halt(stop::halt);
    options.applyTo(builder);
    settings.accept(builder);
    try (AutoInit autoInit = builder.build()) {
      return work.applyAsInt(autoInit);
    }
  }
}
