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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A command and all processes that it starts, in a session of their own.
 *
 * <p>A small shell supervises them. Its standard input is a lifeline: a line on it asks the whole
 * process group to end, and its end, also when this JVM is killed, kills the group.
 */
final class CommandProcess implements AutoCloseable {

  /**
   * The supervisor. The command runs in the foreground, so that its exit code is the shell's; the
   * watcher lives until the lifeline ends, and with it the group's id, so that the id cannot come
   * to mean another group.
   */
  private static final String SUPERVISOR =
      """
      exec 3<&0 </dev/null
      trap : TERM
      (
        trap '' TERM HUP INT
        exec >/dev/null 2>&1
        while read -r order <&3; do kill -s TERM -- -$$; done
        kill -s KILL -- -$$
      ) &
      "$@" 3<&-
      """;

  private static final Duration REST_OF_OUTPUT = Duration.ofSeconds(1);
  private static final int BUFFER = 1 << 14;

  private final Process process;
  private final boolean supervised;
  private final Thread reader;

  private CommandProcess(Process process, boolean supervised, OutputTail output) {
    this.process = process;
    this.supervised = supervised;
    this.reader = new Thread(() -> read(process.getInputStream(), output), "autoinit-output");
    reader.setDaemon(true);
    reader.start();
  }

  static CommandProcess start(
      List<String> command,
      Optional<Path> directory,
      Map<String, String> environment,
      OutputTail output)
      throws IOException {
    Optional<Path> setsid = setsid();
    List<String> line = new ArrayList<>();
    setsid.ifPresent(
        program -> line.addAll(List.of(program.toString(), "sh", "-c", SUPERVISOR, "sh")));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    directory.ifPresent(d -> builder.directory(d.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (setsid.isEmpty()) {
      process.getOutputStream().close();
    }
    return new CommandProcess(process, setsid.isPresent(), output);
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

  int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** Asks all processes to end, and kills those that have not within the patience. */
  void terminate(Duration patience) {
    if (supervised) {
      order();
    } else {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    try {
      process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Asked twice: no more patience.
      Thread.currentThread().interrupt();
    }
    finish();
  }

  private void order() {
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write("end\n".getBytes(StandardCharsets.US_ASCII));
      lifeline.flush();
    } catch (IOException e) {
      // The supervisor is gone, and the group with it.
      finish();
    }
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
