package io.autoinit.core.protocol;

import io.autoinit.core.settings.Pace;
import io.autoinit.spi.RunKey;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * What every part of one start shares.
 *
 * @param run the run
 * @param holder who this process is, unique among the fleet
 * @param pace the rhythm of leadership
 * @param timeline time, waiting, threads and randomness
 * @param events hears what happens
 * @param deadline the end of all waiting
 * @param halt ends the JVM at once with an exit code, where the application allows it
 * @param redaction takes secrets out of a message
 */
public record Start(
    RunKey run,
    String holder,
    Pace pace,
    Timeline timeline,
    Events events,
    Deadline deadline,
    Optional<IntConsumer> halt,
    UnaryOperator<String> redaction) {

  /** What a throwable says, in one line without secrets. */
  String explain(Throwable thrown) {
    String message = thrown.getMessage();
    String said =
        message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message.strip();
    return redaction.apply(said);
  }
}
