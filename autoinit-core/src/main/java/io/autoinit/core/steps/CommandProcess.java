package io.autoinit.core.steps;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A command and all processes that it starts, in a session of their own.
 *
 * <p>A small shell supervises them. Its standard input is a lifeline. Its end, also when this JVM
 * is killed, kills the group. A line {@code alive SPAN} on it lets the group live for that long: if
 * no other follows, because this JVM is stopped, the group is asked to end and then killed. A line
 * {@code end SPAN} asks it to end at once.
 */
final class CommandProcess implements AutoCloseable {

  /**
   * The supervisor. The command runs in the foreground, so that its exit code is the shell's; the
   * watcher lives until the lifeline ends, and with it the group's id, so that the id cannot come
   * to mean another group. Each line replaces the timer, which takes its own sleep with it: where
   * nobody reaps orphans, one for each line would stay. That may come while the sleep is started
   * and not known yet. A sleep that knows no fractions gets whole seconds.
   */
  private static final String SUPERVISOR =
      """
      grace=$1 first=$2
      shift 2
      exec 3<&0 </dev/null
      trap : TERM
      (
        trap '' TERM HUP INT
        exec >/dev/null 2>&1
        timer=
        pause() { nap "$1" || nap "${1%.*}"; }
        nap() { nap=; sleep "$1" & nap=$!; [ -z "$over" ] || leave; wait "$nap"; }
        leave() { kill -s KILL "$nap"; wait; exit; }
        stop() { [ -z "$timer" ] || { kill -s USR1 "$timer"; wait "$timer"; }; }
        allow() {
          (
            nap= over=
            trap 'over=1; [ -z "$nap" ] || leave' USR1
            pause "$1"
            kill -s TERM -- -$$
            pause "$grace"
            kill -s KILL -- -$$
          ) &
          timer=$!
        }
        [ -z "$first" ] || allow "$first"
        while read -r order span <&3; do
          stop
          [ "$order" != end ] || kill -s TERM -- -$$
          allow "$span"
        done
        stop
        kill -s KILL -- -$$
      ) &
      "$@" 3<&-
      """;

  /** How often the supervisor hears of this JVM. */
  private static final Duration BEAT = Duration.ofMillis(500);

  private static final Duration SHORTEST_BEAT = Duration.ofMillis(50);

  /** So long after its start a command may be in the middle of it. */
  private static final Duration YOUNG = Duration.ofSeconds(2);

  private static final Duration AGAIN = Duration.ofMillis(200);

  private static final Duration REST_OF_OUTPUT = Duration.ofSeconds(1);
  private static final int BUFFER = 1 << 14;

  private final Process process;
  private final boolean supervised;
  private final Duration grace;
  private final Thread reader;
  private final long begun = System.nanoTime();

  private CommandProcess(Process process, boolean supervised, Duration grace, OutputTail output) {
    this.process = process;
    this.supervised = supervised;
    this.grace = grace;
    this.reader = new Thread(() -> read(process.getInputStream(), output), "autoinit-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a command.
   *
   * @param grace how long the group gets to end before it is killed, where this JVM cannot kill it
   * @param validity for how long the command may go on without another word; empty: for ever
   */
  static CommandProcess start(
      List<String> command,
      Optional<Path> directory,
      Map<String, String> environment,
      Duration grace,
      Optional<Duration> validity,
      OutputTail output)
      throws IOException {
    Optional<Path> setsid = setsid();
    List<String> line = new ArrayList<>();
    setsid.ifPresent(
        program ->
            line.addAll(
                List.of(
                    program.toString(),
                    "sh",
                    "-c",
                    SUPERVISOR,
                    "sh",
                    seconds(grace),
                    validity.map(CommandProcess::seconds).orElse(""))));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    directory.ifPresent(d -> builder.directory(d.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (setsid.isEmpty()) {
      process.getOutputStream().close();
    }
    return new CommandProcess(process, setsid.isPresent(), grace, output);
  }

  /**
   * Where there is none, as on some systems that are not Linux, the death of this JVM is not felt.
   */
  private static Optional<Path> setsid() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(directory, "setsid");
      if (!directory.isEmpty() && Files.isExecutable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  /**
   * Waits for the command to end, and lets it live while this JVM does.
   *
   * @param validity for how long from now it may go on without another word; empty: for ever
   */
  int waitFor(Supplier<Optional<Duration>> validity) throws InterruptedException {
    Duration pause = beat(validity.get());
    while (!process.waitFor(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      Optional<Duration> left = validity.get();
      left.filter(span -> span.toMillis() > 0).ifPresent(span -> tell("alive", span));
      pause = beat(left);
    }
    return process.exitValue();
  }

  /** Waits for the command to end, for a while. Empty if it has not. */
  OptionalInt exitWithin(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** A lease that is renewed late must be told of before its command is ended. */
  private static Duration beat(Optional<Duration> left) {
    Duration third = left.map(span -> span.dividedBy(3)).orElse(BEAT);
    if (third.compareTo(BEAT) > 0) {
      return BEAT;
    }
    return third.compareTo(SHORTEST_BEAT) > 0 ? third : SHORTEST_BEAT;
  }

  /**
   * Asks all processes to end, and kills those that have not within the patience. A signal between
   * fork and exec meets the shell's own trap and is lost, so a command that has just begun is asked
   * twice.
   */
  void terminate(Duration patience) {
    boolean young = System.nanoTime() - begun < YOUNG.toNanos();
    if (supervised) {
      tell("end", grace);
    } else {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    try {
      if (young && supervised && !process.waitFor(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        tell("end", grace);
      }
      process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Asked twice: no more patience.
      Thread.currentThread().interrupt();
    }
    finish();
  }

  void tell(String order, Duration span) {
    if (!supervised) {
      return;
    }
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write((order + " " + seconds(span) + "\n").getBytes(StandardCharsets.US_ASCII));
      lifeline.flush();
    } catch (IOException e) {
      // The supervisor is gone, and the group with it.
      finish();
    }
  }

  private static String seconds(Duration span) {
    // In digits that a shell reads, whatever the user's language.
    return String.format(Locale.ROOT, "%d.%03d", span.toSeconds(), span.toMillisPart());
  }

  /** Kills whatever is left of the group, and takes the rest of the output. Idempotent. */
  void finish() {
    if (!supervised) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // Nobody reads the lifeline any more: what it would end has ended.
    }
    boolean interrupted = Thread.interrupted();
    try {
      reader.join(REST_OF_OUTPUT.toMillis());
      if (reader.isAlive()) {
        // A process that left the group still holds the pipe.
        process.getInputStream().close();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (IOException e) {
      // The output has ended.
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finish();
  }

  private static void read(InputStream stream, OutputTail output) {
    byte[] buffer = new byte[BUFFER];
    try (stream) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        output.take(buffer, count);
      }
    } catch (IOException e) {
      // The pipe was closed on purpose: what came until then counts.
    }
    output.end();
  }
}
