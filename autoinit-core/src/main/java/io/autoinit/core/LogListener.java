package io.autoinit.core;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes every event to the application's log. */
final class LogListener implements InitListener {

  private static final Logger LOG = LoggerFactory.getLogger(AutoInit.class);

  @Override
  public void on(InitEvent event) {
    if (event instanceof InitEvent.Warned warned) {
      LOG.warn("{}", warned.message());
    } else if (event instanceof InitEvent.LeaseRenewed) {
      LOG.trace("{}", event);
    } else if (event instanceof InitEvent.StepOutput) {
      LOG.debug("{}", event);
    } else {
      LOG.info("{}", event);
    }
  }
}
