package io.autoinit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shell script {@code bin/autoinit} that started this JVM, waits for it and then becomes the
 * command.
 */
final class Launcher {

  /** Holds the launcher's process id if it waits for this JVM. */
  static final String PROPERTY = "io.autoinit.launcher";

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** What the launcher catches once it has got SIGINT, in the mask of the kernel. */
  private static final long USR2 = 1L << 11;

  /** The same once it has got a second signal. */
  private static final long USR1 = 1L << 9;

  private static final String CAUGHT = "SigCgt:";

  private final Optional<Long> pid;
  private final String path;
  private volatile boolean gone;

  /**
   * Creates the launcher.
   *
   * @param pid its process id; empty if nobody waits for this JVM to become the command
   * @param path where commands are looked for, as {@code PATH}
   */
  Launcher(Optional<Long> pid, String path) {
    this.pid = pid;
    this.path = path;
  }

  static Launcher ofProcess() {
    return new Launcher(
        Optional.ofNullable(Long.getLong(PROPERTY)),
        Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
  }

  /** Why the launcher could not become a command, one sentence; empty if it can. */
  Optional<String> refusal(List<String> command) {
    if (command.isEmpty() || command.get(0).isEmpty()) {
      return Optional.of("a command must follow behind --; without one, leave out the --");
    }
    if (pid.isEmpty()) {
      return Optional.of("only bin/autoinit can become a command: use it in place of java");
    }
    String name = command.get(0);
    if (name.startsWith("-")) {
      return Optional.of(
          "the command '%s' begins with a dash: options of autoinit stand before --"
              .formatted(name));
    }
    // A name that the JVM's locale may have garbled is left to the shell.
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(name) || exists(name)) {
      return Optional.empty();
    }
    return Optional.of(
        name.contains("/")
            ? "there is no command '%s' that can be executed".formatted(name)
            : "there is no command '%s' in PATH".formatted(name));
  }

  private boolean exists(String name) {
    return name.contains("/")
        ? isCommand(Path.of(name))
        : Pattern.compile(":")
            .splitAsStream(path + ":")
            .map(directory -> directory.isEmpty() ? "." : directory)
            .anyMatch(directory -> isCommand(Path.of(directory, name)));
  }

  private static boolean isCommand(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /**
   * Ends this JVM as SIGTERM does when the launcher has ended before it, so that nobody works for a
   * container that is gone.
   */
  void endWithIt() {
    pid.ifPresent(
        launcher -> {
          var watcher = new Thread(() -> awaitEndOf(launcher), "autoinit-launcher");
          watcher.setDaemon(true);
          watcher.start();
        });
  }

  private void awaitEndOf(long launcher) {
    // A process that ended but was not yet waited for seems alive; its children have a new parent.
    boolean child = parent().filter(parent -> parent == launcher).isPresent();
    try {
      while (child
          ? parent().filter(parent -> parent == launcher).isPresent()
          : ProcessHandle.of(launcher).isPresent()) {
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      return;
    }
    gone = true;
    System.exit(ExitCode.TERMINATED.code());
  }

  /** Whether this JVM ends because the launcher has. */
  boolean isGone() {
    return gone;
  }

  /**
   * What a signal to this JVM stands for: behind a launcher SIGTERM may be its SIGINT, to which a
   * process in the background is deaf.
   *
   * @param name the signal that came to this JVM
   * @return the signal that came, or what is known of it where nobody can look
   */
  String signalFor(String name) {
    if (pid.isEmpty() || !name.equals("SIGTERM")) {
      return name;
    }
    return caught(pid.get())
        .map(mask -> (mask & USR2) != 0 ? "SIGINT" : name)
        .orElse("SIGINT or SIGTERM");
  }

  /**
   * Whether more than one signal was sent to end the command. What goes to the whole group comes to
   * this JVM twice, so behind a launcher only that one knows.
   *
   * @param came how many came to this JVM
   */
  boolean isSignalledAgain(long came) {
    return pid.isEmpty()
        ? came > 1
        : caught(pid.get()).filter(mask -> (mask & USR1) != 0).isPresent();
  }

  /** Which signals a process catches; empty where the system does not tell. */
  private static Optional<Long> caught(long process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process + "/status"))) {
      return lines
          .filter(line -> line.startsWith(CAUGHT))
          .map(line -> Long.parseUnsignedLong(line.substring(CAUGHT.length()).strip(), 16))
          .findFirst();
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid);
  }
}
