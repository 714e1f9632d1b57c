package io.autoinit.backend.redis;

import io.autoinit.spi.BackendRefusedException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * The one client of a backend: runs scripts, opens subscriptions, translates errors. Connects at
 * the first use. Safe for use by any thread.
 */
final class RedisStore implements AutoCloseable {

  /**
   * After this time without use a connection is closed rather than used again: a server may have
   * gone since, and a fleet at rest should not hold connections. No thread watches over it; it is
   * looked at before each command.
   */
  static final Duration LONGEST_IDLE = Duration.ofSeconds(1);

  private static final int MOST_CONNECTIONS = 8;
  private static final int MOST_IDLE = 2;
  private static final int CLUSTER_ATTEMPTS = 3;
  private static final int SCANNED_AT_ONCE = 1_000;
  private static final int MOST_SCANNED = 2_000_000;

  private final RedisSettings settings;
  private final RedisErrors errors;
  private @Nullable UnifiedJedis client;
  private @Nullable JedisClientConfig clientConfig;
  private volatile boolean closed;

  RedisStore(RedisSettings settings) {
    this.settings = settings;
    this.errors = new RedisErrors(settings);
  }

  RedisSettings settings() {
    return settings;
  }

  RedisErrors errors() {
    return errors;
  }

  /** Runs a script on one key; its answer is a text, a number, a list of these, or empty. */
  Optional<Object> run(Script script, String key, String... arguments) {
    List<String> keys = List.of(key);
    List<String> values = List.of(arguments);
    return ask(
        jedis -> {
          try {
            return jedis.evalsha(script.digest(), keys, values);
          } catch (JedisNoScriptException e) {
            return jedis.eval(script.text(), keys, values);
          }
        });
  }

  /** Runs a script that answers 1 for yes. */
  boolean yes(Script script, String key, String... arguments) {
    return run(script, key, arguments).equals(Optional.of(1L));
  }

  /**
   * Asks the server; an empty answer is a nil.
   *
   * @throws io.autoinit.spi.BackendException if it did not serve
   * @throws IllegalStateException after {@link #close}
   */
  <T> Optional<T> ask(Function<UnifiedJedis, @Nullable T> command) {
    try {
      UnifiedJedis jedis = client();
      pools(jedis).forEach(RedisStore::closeStale);
      return Optional.ofNullable(command.apply(jedis));
    } catch (JedisException e) {
      requireOpen();
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw errors.translate(e);
    }
  }

  /**
   * The keys behind a prefix, on all nodes of a cluster, found in small steps between which the
   * servers serve others.
   *
   * @param type of the values, as Redis names it
   * @throws BackendRefusedException if there are so many keys that looking at all takes long
   */
  Set<String> behind(String prefix, String type) {
    String pattern = literally(prefix) + "*";
    ScanIteration scan =
        ask(jedis -> jedis.scanIteration(SCANNED_AT_ONCE, pattern, type)).orElseThrow();
    Set<String> found = new TreeSet<>();
    int steps = 0;
    while (!scan.isIterationCompleted()) {
      if (steps++ == MOST_SCANNED / SCANNED_AT_ONCE) {
        throw new BackendRefusedException(
            "%s holds more than %d keys, too many to look for those of autoinit among them: name the run"
                .formatted(settings.place(), MOST_SCANNED));
      }
      ask(jedis -> scan.nextBatch())
          .orElseThrow()
          .getResult()
          .forEach(key -> found.add(key.substring(prefix.length())));
    }
    return found;
  }

  /** The texts of those keys that have one, all at once where they are on one server. */
  List<String> texts(List<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return settings.cluster()
        ? keys.stream().flatMap(key -> ask(jedis -> jedis.get(key)).stream()).toList()
        : ask(jedis -> jedis.mget(keys.toArray(String[]::new))).orElseThrow().stream()
            .filter(Objects::nonNull)
            .toList();
  }

  /** As a pattern that matches nothing else. */
  private static String literally(String text) {
    return text.replaceAll("([*?\\[\\]\\\\^])", "\\\\$1");
  }

  /** Closes what is idle now: for one that will not ask again soon. */
  void rest() {
    UnifiedJedis jedis;
    synchronized (this) {
      jedis = client;
    }
    if (jedis != null) {
      pools(jedis).forEach(GenericObjectPool::clear);
    }
  }

  /**
   * Opens a connection for a subscription, to the nodes of a cluster in turn.
   *
   * @param attempt counts the attempts
   * @param silence how long nothing at all may come before it counts as dead
   * @throws JedisException if it fails
   */
  Line line(int attempt, Duration silence) {
    List<RedisAddress> addresses = settings.addresses();
    return new Line(
        jedisAddress(addresses.get(Math.floorMod(attempt, addresses.size()))), config(), silence);
  }

  private synchronized UnifiedJedis client() {
    requireOpen();
    if (client == null) {
      client = settings.cluster() ? cluster() : standalone();
    }
    return client;
  }

  private UnifiedJedis standalone() {
    return RedisClient.builder()
        .hostAndPort(jedisAddress(settings.addresses().get(0)))
        .clientConfig(config())
        .poolConfig(poolConfig())
        .build();
  }

  private UnifiedJedis cluster() {
    Set<HostAndPort> nodes =
        settings.addresses().stream()
            .map(RedisStore::jedisAddress)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return RedisClusterClient.builder()
        .nodes(nodes)
        .clientConfig(config())
        .poolConfig(poolConfig())
        .maxAttempts(CLUSTER_ATTEMPTS)
        .maxTotalRetriesDuration(settings.commandTimeout())
        .build();
  }

  private synchronized JedisClientConfig config() {
    if (clientConfig == null) {
      clientConfig = newConfig();
    }
    return clientConfig;
  }

  private JedisClientConfig newConfig() {
    int commandMillis = Math.toIntExact(settings.commandTimeout().toMillis());
    // No HELLO and no name of the library: every server and proxy takes that, and it needs no right
    // of the ACL. Servers then talk RESP2; nothing here needs more.
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .autoNegotiateProtocol(false)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(Math.toIntExact(settings.connectTimeout().toMillis()))
            .socketTimeoutMillis(commandMillis)
            .blockingSocketTimeoutMillis(commandMillis)
            .database(settings.database());
    settings.user().ifPresent(config::user);
    settings.password().ifPresent(config::password);
    if (settings.tls()) {
      config.sslOptions(RedisTrust.of(settings));
    }
    return config.build();
  }

  private GenericObjectPoolConfig<Connection> poolConfig() {
    GenericObjectPoolConfig<Connection> config = new GenericObjectPoolConfig<>();
    config.setJmxEnabled(false);
    config.setMaxTotal(MOST_CONNECTIONS);
    config.setMaxIdle(MOST_IDLE);
    config.setMaxWait(settings.commandTimeout());
    config.setMinEvictableIdleDuration(LONGEST_IDLE);
    config.setNumTestsPerEvictionRun(-1);
    return config;
  }

  private static Collection<? extends GenericObjectPool<Connection>> pools(UnifiedJedis jedis) {
    if (jedis instanceof RedisClusterClient cluster) {
      return cluster.getClusterNodes().values();
    }
    return List.of(((RedisClient) jedis).getPool());
  }

  private static void closeStale(GenericObjectPool<Connection> pool) {
    try {
      pool.evict();
    } catch (Exception e) {
      // A pool that is being closed: the command that follows says so.
      return;
    }
  }

  private static HostAndPort jedisAddress(RedisAddress address) {
    return new HostAndPort(address.host(), address.port());
  }

  private void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  /** What is thrown after the end. */
  IllegalStateException closed() {
    return new IllegalStateException(
        "the backend " + settings.config().instance() + " is closed: open another one");
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** A connection that counts as dead when nothing comes for some time, also while it listens. */
  static final class Line extends Connection {

    private final Duration silence;

    private Line(HostAndPort address, JedisClientConfig config, Duration silence) {
      super(address, config);
      this.silence = silence;
    }

    /** What Jedis calls before it listens. */
    @Override
    public void setTimeoutInfinite() {
      setSoTimeout(Math.toIntExact(silence.toMillis()));
    }
  }
}
