package io.autoinit.examples.shop.fleet;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One replica: a process that is first autoinit and then the shop. Safe for use by any thread. */
final class Replica {

  private static final int STEP_FAILED = 70;

  private final String name;
  private final boolean shares;
  private final Container container;
  private final Process process;
  private final List<Seen> events = new CopyOnWriteArrayList<>();
  private volatile @Nullable Serving serving;
  private volatile @Nullable Duration ended;
  private volatile boolean killed;

  /**
   * Where a replica serves.
   *
   * @param at since when, from the start of the fleet
   * @param url its address
   */
  record Serving(Duration at, URI url) {}

  Replica(String name, boolean shares, Container container, Process process) {
    this.name = name;
    this.shares = shares;
    this.container = container;
    this.process = process;
  }

  String name() {
    return name;
  }

  boolean shares() {
    return shares;
  }

  Container container() {
    return container;
  }

  Process process() {
    return process;
  }

  List<Seen> events() {
    return events;
  }

  void saw(Seen event) {
    events.add(event);
  }

  void serves(Serving where) {
    serving = where;
  }

  Optional<Serving> serving() {
    return Optional.ofNullable(serving);
  }

  void endedAt(Duration at) {
    ended = at;
  }

  /** When its process ended; empty while it runs. */
  Optional<Duration> ended() {
    return Optional.ofNullable(ended);
  }

  boolean settled() {
    return serving().isPresent() || ended().isPresent();
  }

  /** Whether it has told such progress of a step. */
  boolean says(String step, String message) {
    return events.stream()
        .anyMatch(
            event ->
                event.isStep("step-progress", step) && event.text("message").startsWith(message));
  }

  boolean killed() {
    return killed;
  }

  boolean endedAsFailed() {
    return ended().isPresent() && process.exitValue() == STEP_FAILED;
  }

  Optional<Seen> first(String event, String phase) {
    return events.stream().filter(e -> e.is(event, phase)).findFirst();
  }

  /** Since when it had the fleet's lock; empty if it never had. */
  Optional<Duration> leads() {
    return first("lease-acquired", "infrastructure").map(Seen::at);
  }

  /** Kills it as a crash does: the launcher and its JVM, with SIGKILL. */
  void kill() {
    killed = true;
    tree().forEach(ProcessHandle::destroyForcibly);
  }

  void terminate() {
    tree().forEach(ProcessHandle::destroy);
  }

  /** Waits for the end of the whole tree, and forces it after the patience. */
  void awaitEnd(List<ProcessHandle> tree, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    for (ProcessHandle handle : tree) {
      long left = Math.max(1, deadline - System.nanoTime());
      handle.onExit().completeOnTimeout(handle, left, TimeUnit.NANOSECONDS).join();
      if (handle.isAlive()) {
        handle.destroyForcibly();
        handle.onExit().completeOnTimeout(handle, 5, TimeUnit.SECONDS).join();
      }
    }
  }

  List<ProcessHandle> tree() {
    return new ArrayList<>(
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList());
  }
}
