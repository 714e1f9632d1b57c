package io.autoinit.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A process of a fleet, from outside. */
final class NodeProcess {

  private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

  static {
    // A stopped process does not notice that its parent is gone.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "end-of-chaos-nodes"));
  }

  private final String node;
  private final int life;
  private final Process process;
  private volatile boolean killed;

  private NodeProcess(String node, int life, Process process) {
    this.node = node;
    this.life = life;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param launch how
   * @param plan the file that {@link Node} reads
   * @param reached called when the process waits at its point; {@link #go} lets it go on
   */
  static NodeProcess start(
      String node, int life, Launch launch, Path plan, BiConsumer<NodeProcess, String> reached) {
    try {
      Process process =
          new ProcessBuilder(launch.command(plan))
              .redirectError(plan.resolveSibling(node + "." + life + ".log").toFile())
              .start();
      ALIVE.add(process);
      var unused = process.onExit().thenRun(() -> ALIVE.remove(process));
      var started = new NodeProcess(node, life, process);
      var reader = new Thread(() -> started.read(reached), "chaos-" + node);
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(BiConsumer<NodeProcess, String> reached) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(ProtocolPoints.REACHED)) {
          reached.accept(this, line.substring(ProtocolPoints.REACHED.length()));
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  String node() {
    return node;
  }

  int life() {
    return life;
  }

  /** As its entries call it. */
  String name() {
    return node + "." + life;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean wasKilled() {
    return killed;
  }

  int code() {
    return process.exitValue();
  }

  /** Lets it go on from its point. */
  void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It is gone.
    }
  }

  /** SIGKILL; returns when it is dead. */
  void kill() {
    killed = true;
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
