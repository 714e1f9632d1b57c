package io.autoinit.examples.shop;

import io.autoinit.LeaseLostException;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.StepContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A step's context whose lease ends after a number of looks at it. */
final class WatchedContext implements StepContext {

  private final long token;
  private final List<String> told = new ArrayList<>();
  private int looksLeft;

  WatchedContext(long token) {
    this(token, Integer.MAX_VALUE);
  }

  WatchedContext(long token, int looks) {
    this.token = token;
    this.looksLeft = looks;
  }

  List<String> told() {
    return told;
  }

  @Override
  public Namespace namespace() {
    return new Namespace("shop");
  }

  @Override
  public RunId runId() {
    return new RunId("v1");
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public long fencingToken() {
    return token;
  }

  @Override
  public void requireHeld() {
    if (looksLeft-- == 0) {
      throw new LeaseLostException("the lease of the test ended");
    }
  }

  @Override
  public void progress(String message) {
    told.add(message);
  }

  @Override
  public BooleanSupplier cancelled() {
    return () -> false;
  }
}
