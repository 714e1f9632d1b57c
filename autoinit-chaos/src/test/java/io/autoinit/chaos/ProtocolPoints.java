package io.autoinit.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The moments of the protocol at which this process lets itself be disturbed. At the one that its
 * parent chose, the thread that reaches it says so and waits until the parent has acted.
 */
final class ProtocolPoints {

  /** Tells the parent that the point is reached. */
  static final String REACHED = "autoinit-chaos-reached ";

  private final String chosen;
  private final AtomicInteger left;
  private final Scribe scribe;
  private final Semaphore go = new Semaphore(0);

  /**
   * Chooses a moment.
   *
   * @param chosen the point; empty: none
   * @param occurrence which of its occurrences in this process, counted from 1
   */
  ProtocolPoints(String chosen, int occurrence, Scribe scribe) {
    this.chosen = chosen;
    this.left = new AtomicInteger(occurrence);
    this.scribe = scribe;
    var reader = new Thread(this::listen, "chaos-input");
    reader.setDaemon(true);
    reader.start();
  }

  void reach(String point) {
    if (!point.equals(chosen) || left.decrementAndGet() != 0) {
      return;
    }
    scribe.write("point", "name", point);
    synchronized (System.out) {
      System.out.println(REACHED + point);
      System.out.flush();
    }
    go.acquireUninterruptibly();
  }

  private void listen() {
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (in.readLine() != null) {
        go.release();
      }
    } catch (IOException e) {
      scribe.write("orphaned", "reason", e.toString());
    }
    // No parent any more: nobody would end this process.
    Runtime.getRuntime().halt(1);
  }
}
