package io.autoinit.benchmarks;

import io.autoinit.benchmarks.Contender.Node;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** What else a team could take, each used as its own documentation shows. */
final class Peers {

  private Peers() {}

  /** A migration that does nothing but the work. */
  @SuppressWarnings("ClassNamedLikeTypeParameter")
  static final class V1__work extends BaseJavaMigration {

    private final Work work;

    V1__work(Work work) {
      this.work = work;
    }

    @Override
    public void migrate(Context context) throws InterruptedException {
      work.run();
    }
  }

  /** Every replica migrates, and Flyway's lock lets one at a time. */
  static Contender flyway(Servers servers, String schema) {
    return number ->
        new Node() {
          @Override
          public void start(Work work) {
            Flyway flyway =
                Flyway.configure()
                    .dataSource(
                        servers.postgres().jdbcUrl(),
                        servers.postgres().user(),
                        servers.postgres().password())
                    .schemas(schema)
                    .locations(new String[0])
                    // The default of 50 tries, a second apart, is short for a large fleet.
                    .lockRetryCount(-1)
                    .javaMigrations(new V1__work(work))
                    .load();
            work.arrived();
            flyway.migrate();
          }

          @Override
          public void close() {}
        };
  }

  /** A lock, and a key that says that the work is done. */
  static Contender redisson(Servers servers, String key) {
    return number -> {
      Config config = new Config().setThreads(2).setNettyThreads(2);
      config
          .useSingleServer()
          .setAddress(servers.redis().url())
          .setConnectionMinimumIdleSize(1)
          .setConnectionPoolSize(4);
      RedissonClient client = Redisson.create(config);
      return new Node() {
        @Override
        public void start(Work work) throws InterruptedException {
          work.arrived();
          Lock lock = client.getLock(key);
          lock.lock();
          try {
            if (client.getBucket(key + ":done").get() == null) {
              work.run();
              client.getBucket(key + ":done").set("yes");
            }
          } finally {
            lock.unlock();
          }
        }

        @Override
        public void close() {
          client.shutdown();
        }
      };
    };
  }

  /** The lock registry with its pub-sub lock, and a key that says that the work is done. */
  static Contender spring(Servers servers, String key) {
    return number -> {
      LettuceConnectionFactory connections =
          new LettuceConnectionFactory(servers.redis().host(), servers.redis().port());
      connections.start();
      StringRedisTemplate redis = new StringRedisTemplate(connections);
      RedisLockRegistry registry = new RedisLockRegistry(connections, key, 180_000);
      registry.setRedisLockType(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK);
      return new Node() {
        @Override
        public void start(Work work) throws InterruptedException {
          work.arrived();
          Lock lock = registry.obtain("start");
          lock.lock();
          try {
            if (redis.opsForValue().get(key + ":done") == null) {
              work.run();
              redis.opsForValue().set(key + ":done", "yes");
            }
          } finally {
            lock.unlock();
          }
        }

        @Override
        public void close() {
          registry.destroy();
          connections.destroy();
        }
      };
    };
  }

  /** The mutex recipe, and a node that says that the work is done. */
  static Contender curator(Servers servers, String path) {
    return number -> {
      CuratorFramework client =
          CuratorFrameworkFactory.newClient(
              servers.zooKeeper(), new ExponentialBackoffRetry(100, 3));
      client.start();
      return new Node() {
        @Override
        public void start(Work work) throws Exception {
          client.blockUntilConnected();
          work.arrived();
          InterProcessMutex mutex = new InterProcessMutex(client, path + "/lock");
          mutex.acquire();
          try {
            if (client.checkExists().forPath(path + "/done") == null) {
              work.run();
              client.create().forPath(path + "/done");
            }
          } finally {
            mutex.release();
          }
        }

        @Override
        public void close() {
          client.close();
        }
      };
    };
  }

  /** Takes back what Flyway made. */
  static void drop(Servers servers, String schema) throws SQLException {
    try (Connection connection = servers.postgres().connect(servers.postgres().jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }
}
