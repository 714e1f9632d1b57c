/** Locks, readiness (the signal) and markers in Redis. */
module io.autoinit.backend.redis {
  requires io.autoinit.api;
  requires redis.clients.jedis;
  requires static org.jspecify;
}
