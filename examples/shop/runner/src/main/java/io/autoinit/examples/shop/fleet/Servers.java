package io.autoinit.examples.shop.fleet;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.util.concurrent.CompletableFuture;

/**
 * The stores of the fleet: real servers from packaged binaries.
 *
 * @param postgres locks, the ledger, and the shop's products
 * @param redis the signal
 */
record Servers(TestPostgres postgres, TestRedis redis) implements AutoCloseable {

  /**
   * Starts both. An interrupt counts when they are up: what is half started nobody could stop.
   *
   * @throws InterruptedException if the thread was interrupted meanwhile; nothing runs then
   */
  static Servers start() throws InterruptedException {
    Servers servers = CompletableFuture.supplyAsync(Servers::both).join();
    if (Thread.interrupted()) {
      servers.close();
      throw new InterruptedException();
    }
    return servers;
  }

  private static Servers both() {
    TestRedis redis = TestRedis.start();
    try {
      return new Servers(TestPostgres.start(), redis);
    } catch (RuntimeException | LinkageError e) {
      redis.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (postgres;
        redis) {
      // Both are closed, also if one of them complains.
    }
  }
}
