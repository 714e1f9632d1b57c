package io.autoinit.tck;

/** The rules that a backend must hold; one subclass for each backend. */
public abstract class BackendTck {

  /** For subclasses. */
  protected BackendTck() {}
}
