package io.autoinit.simulation;

import io.autoinit.spi.LockName;
import io.autoinit.tck.InMemoryBackend;
import io.autoinit.tck.InMemoryStore;
import java.util.Optional;

/** A store and what troubles it. */
final class Site {

  private final Fault.Where where;
  private final InMemoryStore store;
  private final InMemoryBackend witness;
  private final Machine machine;
  private long outUntil;
  private Fault.Way out = Fault.Way.REFUSED;
  private long slowUntil;
  private long slowBy;

  Site(Fault.Where where, Machine machine) {
    this.where = where;
    this.machine = machine;
    InMemoryStore.Builder builder = InMemoryStore.builder().clock(machine::now);
    this.store = (where == Fault.Where.SIGNAL ? builder.volatileReadiness() : builder).build();
    this.witness = store.open("witness");
  }

  Fault.Where where() {
    return where;
  }

  InMemoryBackend open(Life life) {
    return store.open(life.toString());
  }

  /** Who holds a lock, by the store. */
  Optional<String> holder(LockName lock) {
    return witness.locks().orElseThrow().holder(lock);
  }

  void drop(LockName lock) {
    store.revoke(lock);
  }

  void flush() {
    store.flushReadiness();
  }

  void fail(long until, Fault.Way way) {
    outUntil = until;
    out = way;
  }

  boolean out() {
    return machine.now() < outUntil;
  }

  Fault.Way way() {
    return out;
  }

  void slow(long until, long by) {
    slowUntil = until;
    slowBy = by;
  }

  long delay() {
    return machine.now() < slowUntil ? slowBy : 0;
  }
}
