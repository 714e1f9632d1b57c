package io.autoinit.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A piece of a test that runs on a thread of its own. */
final class Worker<T> {

  /** No single operation of a store may take so long. */
  private static final Duration ENDLESS = Duration.ofMinutes(1);

  private final FutureTask<T> task;
  private final Thread thread;

  private Worker(Callable<T> work) {
    this.task = new FutureTask<>(work);
    this.thread = new Thread(task, "tck-worker");
    thread.setDaemon(true);
  }

  static <T> Worker<T> start(Callable<T> work) {
    var worker = new Worker<>(work);
    worker.thread.start();
    return worker;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Whether it waits for a monitor that another thread holds. */
  boolean isBlocked() {
    return thread.getState() == Thread.State.BLOCKED;
  }

  boolean isDone() {
    return task.isDone();
  }

  /** The result; empty if it does not come within patience. Throws what the work threw. */
  Optional<T> result(Duration patience) {
    try {
      return Optional.of(task.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      thread.interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
  }

  T result() {
    return result(ENDLESS)
        .orElseThrow(
            () -> new AssertionError("an operation of the backend did not return in a minute"));
  }

  /** Does work on another thread and waits for its result. */
  static <T> T elsewhere(Callable<T> work) {
    return start(work).result();
  }

  /** Does many things at once, as near to the same moment as threads come. */
  static <T> List<T> together(List<Callable<T>> works) {
    var gate = new CyclicBarrier(works.size());
    List<Worker<T>> workers = new ArrayList<>();
    for (Callable<T> work : works) {
      workers.add(
          start(
              () -> {
                gate.await();
                return work.call();
              }));
    }
    return workers.stream().map(Worker::result).toList();
  }
}
