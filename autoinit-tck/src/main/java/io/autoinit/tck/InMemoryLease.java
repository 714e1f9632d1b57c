package io.autoinit.tck;

import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import java.time.Duration;

/** A lease of the in-memory store; equal only to itself. */
final class InMemoryLease implements Lease {

  private final InMemoryBackend client;
  private final LockName name;
  private final Duration ttl;
  private final long token;

  InMemoryLease(InMemoryBackend client, LockName name, Duration ttl, long token) {
    this.client = client;
    this.name = name;
    this.ttl = ttl;
    this.token = token;
  }

  @Override
  public long token() {
    return token;
  }

  @Override
  public boolean renew() {
    return client.ask(store -> store.renew(this));
  }

  @Override
  public void close() {
    client.tryTo(store -> store.release(this));
  }

  InMemoryBackend client() {
    return client;
  }

  LockName name() {
    return name;
  }

  Duration ttl() {
    return ttl;
  }
}
