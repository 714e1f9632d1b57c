package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.RunId;

/**
 * One run of one application. Keys of different runs and namespaces do not see each other
 * (READY-4).
 *
 * @param namespace the application
 * @param runId the deployment
 */
public record RunKey(Namespace namespace, RunId runId) {

  /**
   * The key as one text. Two different keys have different texts.
   *
   * @return the run id for the default namespace, else {@code namespace:runId}
   */
  @Override
  public String toString() {
    // Of the texts: to compare records for the first time takes a JVM longer than a look at a
    // store.
    return namespace.value().equals(Namespace.DEFAULT.value())
        ? runId.toString()
        : namespace + ":" + runId;
  }

  /**
   * The run as people read it, everywhere by the same name.
   *
   * @return for example {@code v42 of shop}
   */
  public String inWords() {
    return runId.value() + " of " + namespace.value();
  }
}
