package com.example.locktable;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Locks as rows of a {@link LockTable}. */
final class LockTableLocks implements LockProvider {

  private final LockTable table;
  private final Set<RowLease> leases = ConcurrentHashMap.newKeySet();

  LockTableLocks(LockTable table) {
    this.table = table;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    // Not who this process is but which lease: locks are not reentrant.
    String owner = UUID.randomUUID().toString();
    // As one with close(): a lease that comes while it runs is released too (BACKEND-2).
    synchronized (table) {
      return table
          .take(name.toString(), owner, ttl)
          .map(
              token -> {
                RowLease lease = new RowLease(name.toString(), owner, token, ttl);
                leases.add(lease);
                return lease;
              });
    }
  }

  /** Strong as long as one database, not a replica that may lag behind it, keeps the table. */
  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<String> holder(LockName name) {
    return table.holder(name.toString());
  }

  void close() {
    leases.forEach(RowLease::close);
  }

  private final class RowLease implements Lease {

    private final String name;
    private final String owner;
    private final long token;
    private final Duration ttl;

    RowLease(String name, String owner, long token, Duration ttl) {
      this.name = name;
      this.owner = owner;
      this.token = token;
      this.ttl = ttl;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public boolean renew() {
      return table.renew(name, owner, ttl);
    }

    @Override
    public void close() {
      synchronized (table) {
        if (!leases.remove(this)) {
          return;
        }
        try {
          table.release(name, owner, token);
        } catch (BackendException e) {
          // The database is gone; the lease ends by itself.
        }
      }
    }
  }
}
