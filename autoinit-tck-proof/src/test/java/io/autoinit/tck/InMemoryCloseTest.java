package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is under way on another thread while a client of the in-memory store is closed. */
class InMemoryCloseTest {

  private static final LockName NAME = LockName.infrastructure(Namespace.DEFAULT);

  private final InMemoryStore store = new InMemoryStore();

  @Test
  @DisplayName("BACKEND-2 an attempt that meets a close leaves no ghost")
  void anAttemptThatMeetsAClose() throws InterruptedException {
    InMemoryBackend closing = store.open("closing");
    LockProvider locks = closing.locks().orElseThrow();
    Worker<Optional<Lease>> attempt =
        startedBefore(closing::close, () -> locks.tryAcquire(NAME, Duration.ofDays(1)));
    assertThatThrownBy(attempt::result).isInstanceOf(IllegalStateException.class);
    assertThat(store.open("next").locks().orElseThrow().tryAcquire(NAME, Duration.ofDays(1)))
        .isPresent();
  }

  @Test
  @DisplayName("BACKEND-2 a watch that meets a close hears nothing")
  void aWatchThatMeetsAClose() throws InterruptedException {
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId("r1"));
    List<Hint> hints = new ArrayList<>();
    InMemoryBackend closing = store.open("closing");
    Worker<Watch> watch =
        startedBefore(
            closing::close, () -> closing.readiness().orElseThrow().watch(run, hints::add));
    assertThatThrownBy(watch::result).isInstanceOf(IllegalStateException.class);
    store.open("writer").readiness().orElseThrow().publish(ReadinessRules.ready(run, 1));
    assertThat(hints).isEmpty();
  }

  /** Work that finds its client open, and then waits at the door of the store for the other. */
  private <T> Worker<T> startedBefore(Runnable first, Callable<T> work)
      throws InterruptedException {
    synchronized (store) {
      Worker<T> worker = Worker.start(work);
      while (!worker.isBlocked()) {
        Thread.sleep(1);
      }
      first.run();
      return worker;
    }
  }
}
