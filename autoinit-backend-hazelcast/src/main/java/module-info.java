/** Locks, readiness and markers in Hazelcast. */
module io.autoinit.backend.hazelcast {
  requires io.autoinit.api;
  requires com.hazelcast.core;
  requires static org.jspecify;

  exports io.autoinit.backend.hazelcast;

  provides io.autoinit.spi.BackendProvider with
      io.autoinit.backend.hazelcast.HazelcastBackendProvider;
}
