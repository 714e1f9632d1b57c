package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.spi.impl.executionservice.ExecutionService;
import java.util.concurrent.CountDownLatch;

/**
 * A member that says nothing to the others and does not look whether they still speak, as long as
 * this lasts: they give it up, and it does not notice.
 */
final class Numb implements AutoCloseable {

  private static final String HEART = "hz:cluster";
  private static final int THREADS = 2;

  private final CountDownLatch over = new CountDownLatch(1);

  Numb(HazelcastInstance member) throws InterruptedException {
    this(member, HEART, THREADS);
  }

  /** One that does nothing of what is asked on one executor, as long as this lasts. */
  Numb(HazelcastInstance member, String executor, int count) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(count);
    ExecutionService threads =
        ((HazelcastInstanceProxy) member).getOriginal().node.getNodeEngine().getExecutionService();
    for (int i = 0; i < count; i++) {
      threads.execute(
          executor,
          () -> {
            begun.countDown();
            try {
              over.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    begun.await();
  }

  @Override
  public void close() {
    over.countDown();
  }
}
