package io.autoinit.examples.shop.fleet;

import io.autoinit.servers.TestPostgres;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What the fleet needs to be there: the shop's Postgres, and the stores that carry its start.
 *
 * @param shop where the products are, in any case
 * @param stores what carries the start; the shop's Postgres may be one of them
 */
record Servers(Store.Postgres shop, List<Store> stores) implements AutoCloseable {

  /**
   * Starts them, and no other. An interrupt counts when they are up: what is half started nobody
   * could stop.
   *
   * @param backend what carries the start of the fleet
   * @param directory what the whole fleet sees, for files
   * @throws InterruptedException if the thread was interrupted meanwhile; nothing runs then
   */
  static Servers start(Backend backend, Path directory) throws InterruptedException {
    Servers servers = CompletableFuture.supplyAsync(() -> all(backend, directory)).join();
    if (Thread.interrupted()) {
      servers.close();
      throw new InterruptedException();
    }
    return servers;
  }

  private static Servers all(Backend backend, Path directory) {
    Store.Postgres shop = Store.Postgres.start();
    try {
      return new Servers(
          shop,
          switch (backend) {
            case POSTGRES_REDIS -> List.of(shop, Store.Redis.start());
            case POSTGRES -> List.of(shop);
            case REDIS -> List.of(Store.Redis.start());
            case HAZELCAST -> List.of(Store.Hazelcast.start());
            case ZOOKEEPER -> List.of(Store.ZooKeeper.start());
            case FILE -> List.of(new Store.Files(directory));
          });
    } catch (RuntimeException | LinkageError e) {
      shop.close();
      throw e;
    }
  }

  TestPostgres postgres() {
    return shop.server();
  }

  /** The store of a kind, where it carries the start: to stop it, for example. */
  <S extends Store> S store(Class<S> kind) {
    return stores.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("The fleet is not carried by " + kind.getSimpleName()));
  }

  /** What carries the start and where, for people. */
  String places() {
    return stores.stream().map(Store::place).collect(Collectors.joining(" and "));
  }

  /** What a replica is told to use those stores, and no other. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    stores.forEach(store -> environment.putAll(store.environment()));
    return environment;
  }

  @Override
  public void close() {
    try (shop) {
      // At most one is not the shop's; the shop's is closed also if that complains.
      stores.stream().filter(store -> store != shop).forEach(Store::close);
    }
  }
}
