package io.autoinit.cli.sown.tck;

import org.slf4j.Logger;

/** Sown: the kit knows SLF4J. */
public interface KitOnLogging {
  Logger log();
}
