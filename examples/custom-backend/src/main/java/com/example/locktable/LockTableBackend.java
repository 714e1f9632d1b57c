package com.example.locktable;

import io.autoinit.spi.Backend;
import io.autoinit.spi.LockProvider;
import java.util.Optional;

/** Offers locks and nothing else; owns the one connection. */
final class LockTableBackend implements Backend {

  private final LockTable table;
  private final LockTableLocks locks;

  LockTableBackend(LockTableSettings settings) {
    this.table = new LockTable(settings);
    this.locks = new LockTableLocks(table);
  }

  @Override
  public Optional<LockProvider> locks() {
    return Optional.of(locks);
  }

  @Override
  public void close() {
    synchronized (table) {
      locks.close();
      table.close();
    }
  }
}
