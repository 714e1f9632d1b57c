package io.autoinit.core.protocol;

import io.autoinit.InitListener;
import java.util.List;

/** Events that are told on the thread on which they happen, for whoever runs on virtual time. */
public final class Aloud {

  private Aloud() {}

  /** The events of one process. */
  public static Events to(InitListener listener) {
    return Events.direct(List.of(listener));
  }
}
