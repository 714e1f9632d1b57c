package io.autoinit.examples.shop.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A container and its log, as an operator sees them. Safe for use by any thread. */
final class Pod implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Container container;
  private final Process process;
  private final List<String> log = new ArrayList<>();
  private boolean silent;

  private Pod(String name, Container container, Process process) {
    this.name = name;
    this.container = container;
    this.process = process;
  }

  /** Starts it; its log is what it writes, on both streams. */
  static Pod start(String name, Container container, List<String> command) {
    try {
      Process process = container.process(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      Pod pod = new Pod(name, container, process);
      Thread reader = new Thread(pod::read, "log-of-" + name);
      reader.setDaemon(true);
      reader.start();
      return pod;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start", e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      // It was killed, and its stream went with it.
    }
    end();
  }

  private synchronized void add(String line) {
    log.add(line);
    notifyAll();
  }

  private synchronized void end() {
    silent = true;
    notifyAll();
  }

  String name() {
    return name;
  }

  Container container() {
    return container;
  }

  synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** Waits until its log has such a line. */
  void says(String part) throws InterruptedException {
    lineAfter(0, part);
  }

  /** The lines of its log, one for each part, in this order; what stands between is left out. */
  List<String> lines(String... parts) throws InterruptedException {
    List<String> found = new ArrayList<>();
    int from = 0;
    for (String part : parts) {
      int at = lineAfter(from, part);
      found.add(log().get(at));
      from = at + 1;
    }
    return found;
  }

  private synchronized int lineAfter(int from, String part) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int at = from;
    while (true) {
      for (; at < log.size(); at++) {
        if (log.get(at).contains(part)) {
          return at;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (silent || left <= 0) {
        throw new AssertionError(
            "%s does not say '%s' behind line %d of:%n%s"
                .formatted(name, part, from, String.join("\n", log)));
      }
      wait(left);
    }
  }

  /** Waits for its end, and says with which code. */
  int ends() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(
          "%s does not end, but says:%n%s".formatted(name, String.join("\n", log())));
    }
    return process.exitValue();
  }

  /** Ends it as a crash does, with all its processes. */
  void kill() {
    Stream.concat(process.descendants().toList().stream(), Stream.of(process.toHandle()))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Asks it to end, as an orchestrator does. */
  void stop() {
    // That of the process itself would close its log.
    process.toHandle().destroy();
  }

  @Override
  public void close() {
    kill();
    process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
  }
}
