package io.autoinit.tck;

import io.autoinit.spi.LockName;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A {@link Child} from outside. */
final class ChildProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final DataOutputStream commands;
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  private final Queue<String> printed = new ConcurrentLinkedQueue<>();

  private ChildProcess(Process process) {
    this.process = process;
    this.commands = new DataOutputStream(process.getOutputStream());
    var reader = new Thread(this::read, "tck-child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a process with the class path of this one, and opens a backend in it. */
  static ChildProcess open(String type, Map<String, String> settings) {
    try {
      var child =
          new ChildProcess(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx128m",
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+UseSerialGC",
                      "-cp",
                      classPath(),
                      Child.class.getName())
                  .redirectErrorStream(true)
                  .start());
      child.commands.writeUTF(type);
      child.commands.writeInt(settings.size());
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        child.commands.writeUTF(setting.getKey());
        child.commands.writeUTF(setting.getValue());
      }
      child.commands.flush();
      child.reply("open the backend");
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    return Stream.of("java.class.path", "jdk.module.path")
        .map(name -> System.getProperty(name, ""))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The token; 0 if the lock is held. */
  long acquire(LockName name, Duration ttl) {
    return Long.parseLong(ask("acquire", name.namespace(), ttl.toMillis()));
  }

  boolean renew() {
    return Boolean.parseBoolean(ask("renew"));
  }

  boolean publish(RunKey run, long token) {
    return Boolean.parseBoolean(ask("publish", run.namespace(), run.runId(), token));
  }

  /** Gets and gives back a lock without pause, until the process ends. */
  void churn(LockName name) {
    ask("churn", name.namespace());
  }

  /** Writes a marker without pause, until the process ends. */
  void hammer(MarkerKey key) {
    ask("hammer", key.namespace(), key.node(), key.runId());
  }

  /** What time it is there. */
  long clock() {
    return Long.parseLong(ask("clock"));
  }

  /** Takes part in a history. */
  void takePart(String name, int port, long seed, List<LockName> locks) {
    ask(
        "history",
        name,
        port,
        seed,
        locks.stream().map(LockName::toString).collect(Collectors.joining(" ")));
  }

  /** Ends its part in the history. */
  void endPart() {
    ask("end");
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
  }

  /** SIGSTOP. */
  void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() {
    signal("CONT");
  }

  @Override
  public void close() {
    kill();
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new TestAbortedException("this machine has no command 'kill' to freeze a process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
  }

  private String ask(Object... command) {
    String line = Stream.of(command).map(Object::toString).collect(Collectors.joining(" "));
    try {
      commands.writeUTF(line);
      commands.flush();
    } catch (IOException e) {
      throw gone(line);
    }
    return reply(line);
  }

  private String reply(String command) {
    try {
      String reply = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (reply == null || reply.startsWith("threw ")) {
        throw gone(command + (reply == null ? "" : ", it " + reply));
      }
      return reply;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
  }

  private AssertionFailedError gone(String command) {
    List<String> last = printed.stream().toList();
    return new AssertionFailedError(
        "a child process with this class path did not do: %s. It printed%s"
            .formatted(
                command,
                last.isEmpty()
                    ? " nothing."
                    : last.stream()
                        .skip(Math.max(0, last.size() - 40))
                        .collect(
                            Collectors.joining(
                                System.lineSeparator(), ":" + System.lineSeparator(), ""))));
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(Child.REPLY)) {
          replies.add(line.substring(Child.REPLY.length()));
        } else {
          printed.add(line);
        }
      }
    } catch (IOException e) {
      printed.add("(its output ended: " + e.getMessage() + ")");
    }
  }
}
