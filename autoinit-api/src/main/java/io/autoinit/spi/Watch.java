package io.autoinit.spi;

/** A subscription to hints. */
public interface Watch extends AutoCloseable {

  /** A watch of a store that gives no hints. */
  Watch NONE = () -> {};

  /** Ends the subscription. Idempotent; a hint under way may still arrive. */
  @Override
  void close();
}
