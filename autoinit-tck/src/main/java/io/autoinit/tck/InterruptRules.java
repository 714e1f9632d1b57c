package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.RunKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rule BACKEND-6. */
abstract class InterruptRules extends AsideRules {

  /** Whoever is told to stop still knows it after the next operation, and the client lives on. */
  @Test
  @DisplayName("BACKEND-6 an operation on an interrupted thread ends, and the interrupt stands")
  public final void interruptsAreKept() {
    Backend backend = client();
    operations(backend)
        .forEach(
            (name, operation) ->
                rule(
                    Worker.elsewhere(() -> keepsInterrupt(name, operation)),
                    "BACKEND-6",
                    "%s cleared the interrupt of its thread".formatted(name),
                    "where InterruptedException is caught or Thread.interrupted() asked, by you or by"
                        + " the client library: both clear the interrupt, and interrupt() must set"
                        + " it again"));
    operations(backend).forEach(InterruptRules::requireWorking);
    rule(
        Worker.elsewhere(() -> keepsInterrupt("close", backend::close)),
        "BACKEND-6",
        "close cleared the interrupt of its thread",
        "what close waits for");
  }

  /** An interrupt comes when it comes. */
  @Test
  @DisplayName("BACKEND-6 an interrupt in the middle of an operation stands after it")
  public final void interruptsInTheMiddleAreKept() {
    Backend backend = client();
    operations(backend)
        .forEach(
            (name, operation) -> {
              for (int i = 0; i < 4; i++) {
                rule(
                    keepsInterruptInTheMiddle(operation),
                    "BACKEND-6",
                    "%s cleared the interrupt that came while it ran".formatted(name),
                    "where InterruptedException is caught, by you or by the client library:"
                        + " interrupt() must set it again");
              }
            });
  }

  private static boolean keepsInterrupt(String name, Runnable operation) {
    Thread.currentThread().interrupt();
    try {
      operation.run();
    } catch (BackendException e) {
      // As good an end as any.
    } catch (RuntimeException e) {
      throw broken(
          "BACKEND-6",
          "%s on an interrupted thread threw %s".formatted(name, e),
          "what the client library throws then: it must become BackendUnavailableException");
    }
    return Thread.interrupted();
  }

  private static boolean keepsInterruptInTheMiddle(Runnable operation) {
    var sent = new AtomicBoolean();
    Worker<Boolean> worker =
        Worker.start(
            () -> {
              while (true) {
                boolean sentBefore = sent.get();
                try {
                  operation.run();
                } catch (BackendException e) {
                  // As good an end as any.
                }
                if (Thread.interrupted()) {
                  return true;
                }
                if (sentBefore) {
                  return false;
                }
              }
            });
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(3_000_000));
    worker.interrupt();
    sent.set(true);
    return worker.result();
  }

  private static void requireWorking(String name, Runnable operation) {
    try {
      operation.run();
    } catch (RuntimeException e) {
      throw broken(
          "BACKEND-6",
          "after operations on interrupted threads %s threw %s".formatted(name, e),
          "what an interrupt closes for good: a channel or a connection that all threads share");
    }
  }

  /** What a backend of these roles asks its store; each may be done again and again. */
  static Map<String, Runnable> operations(Backend backend) {
    Map<String, Runnable> operations = new LinkedHashMap<>();
    backend
        .locks()
        .ifPresent(
            locks ->
                operations.put(
                    "tryAcquire, renew or close of a lease",
                    () -> locks.tryAcquire(freshLock(), SHORT).ifPresent(InterruptRules::use)));
    backend
        .readiness()
        .ifPresent(
            store -> {
              RunKey run = freshRun();
              operations.put("readiness.find", () -> store.find(run));
              operations.put("poll", () -> store.poll(run));
              operations.put("publish", () -> store.publish(running(run, 1)));
              operations.put(
                  "claim", () -> store.claim(Claim.of(freshRun(), "candidate", Optional.empty())));
              operations.put("clear", () -> store.clear(run));
              operations.put("watch", () -> store.watch(run, hint -> {}).close());
            });
    backend
        .markers()
        .ifPresent(
            markers -> {
              MarkerKey key = freshKey();
              operations.put("put", () -> markers.put(sized(key, 1)));
              operations.put("markers.find", () -> markers.find(key));
              operations.put("remove", () -> markers.remove(key));
            });
    return operations;
  }

  private static void use(Lease lease) {
    try (lease) {
      boolean unused = lease.renew();
    }
  }
}
