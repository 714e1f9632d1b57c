package io.autoinit.core.steps;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Remembers what a command wrote. */
final class RecordingContext implements CommandContext {

  final List<String> lines = new CopyOnWriteArrayList<>();
  private final Supplier<Duration> validity;

  /** A lease that lasts. */
  RecordingContext() {
    this(Duration.ofMinutes(5));
  }

  /** A lease that is valid for so long, and is renewed while this JVM runs. */
  RecordingContext(Duration validity) {
    this(() -> validity);
  }

  /** A lease that is valid for what is answered. */
  RecordingContext(Supplier<Duration> validity) {
    this.validity = validity;
  }

  @Override
  public Duration validFor() {
    return validity.get();
  }

  @Override
  public void line(String line) {
    lines.add(line);
  }

  @Override
  public Namespace namespace() {
    return new Namespace("shop");
  }

  @Override
  public RunId runId() {
    return new RunId("r1");
  }

  @Override
  public int attempt() {
    return 2;
  }

  @Override
  public long fencingToken() {
    return 42;
  }

  @Override
  public void requireHeld() {}

  @Override
  public void progress(String message) {
    throw new AssertionError("the lines go to the sink");
  }

  @Override
  public BooleanSupplier cancelled() {
    return () -> false;
  }
}
