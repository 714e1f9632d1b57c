/** Locks, readiness (the signal) and markers in Redis. */
module io.autoinit.backend.redis {
  requires io.autoinit.api;
  requires redis.clients.jedis;
  requires org.apache.commons.pool2;
  requires static org.jspecify;

  exports io.autoinit.backend.redis;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.backend.redis.RedisBackendProvider;
}
