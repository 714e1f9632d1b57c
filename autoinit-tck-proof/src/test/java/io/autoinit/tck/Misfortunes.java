package io.autoinit.tck;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What happened to the store of flawed backends, as far as flaws make something of it. */
final class Misfortunes {

  private final AtomicInteger restarts = new AtomicInteger();
  private final AtomicLong forgotten = new AtomicLong();

  int restarts() {
    return restarts.get();
  }

  /** The last token that the store gave before it lost its data. */
  long forgotten() {
    return forgotten.get();
  }

  void restart() {
    restarts.incrementAndGet();
  }

  void forget(long lastToken) {
    forgotten.set(lastToken);
  }
}
