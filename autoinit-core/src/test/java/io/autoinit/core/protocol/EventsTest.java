package io.autoinit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventsTest {

  private static final InitEvent BEAT =
      new InitEvent.LeaseRenewed(Phase.INFRASTRUCTURE, Duration.ofMillis(1));

  /** On a machine that stalls, to start a thread takes seconds: too long for a heart to wait. */
  @Test
  void aHeartThatBeatsStartsNoThreadForEachBeat() throws InterruptedException {
    BlockingQueue<Thread> tellers = new LinkedBlockingQueue<>();
    try (Events events = Events.queued(List.of(event -> tellers.add(Thread.currentThread())))) {
      events.tell(BEAT);
      Thread first = Objects.requireNonNull(tellers.poll(20, TimeUnit.SECONDS), "told in time");
      long begun = System.nanoTime();
      // Two heartbeats: a teller that leaves within one would be gone.
      first.join(2_000);
      boolean alive = first.isAlive();
      boolean stalled = System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(8);
      assertThat(alive || stalled).isTrue();
    }
  }
}
