package io.autoinit.spi;

/** How much a {@link Finding} matters, least first. */
public enum Severity {
  /** Looked at, and right. */
  OK,
  /** Worth knowing; nothing to be done. */
  NOTE,
  /** Works today, and falls short of a promise. */
  WARNING,
  /** A start fails, or a promise is broken. */
  ERROR
}
