package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import java.util.List;

/** The text form of {@link Readiness}. */
final class ReadinessText {

  private static final String FORMAT = "autoinit-readiness-1";

  private ReadinessText() {}

  static String write(Readiness readiness) {
    RecordText text =
        RecordText.of(FORMAT)
            .with("namespace", readiness.run().namespace().value())
            .with("run-id", readiness.run().runId().value())
            .with("token", readiness.token())
            .with("holder", readiness.holder())
            .with("completed", readiness.completed());
    if (readiness instanceof Readiness.Running running) {
      text.with("state", "RUNNING")
          .with("step", running.step())
          .with("attempt", running.attempt())
          .with("progress", running.progress());
    } else if (readiness instanceof Readiness.Failed failed) {
      text.with("state", "FAILED")
          .with("step", failed.step())
          .with("cause", failed.cause())
          .with("retry-after-ms", failed.retryAfter().toMillis());
    } else if (readiness instanceof Readiness.Claimed) {
      text.with("state", "CLAIMED");
    } else if (readiness instanceof Readiness.Stopped) {
      text.with("state", "STOPPED");
    } else {
      text.with("state", "READY");
    }
    return text.toString();
  }

  static Readiness read(String written) {
    RecordText text = RecordText.read(FORMAT, written);
    var run = new RunKey(new Namespace(text.text("namespace")), new RunId(text.text("run-id")));
    long token = text.number("token");
    String holder = text.text("holder");
    List<CompletedStep> completed = text.steps("completed");
    String state = text.text("state");
    return switch (state) {
      case "CLAIMED" -> new Readiness.Claimed(run, token, holder, completed);
      case "STOPPED" -> new Readiness.Stopped(run, token, holder, completed);
      case "READY" -> new Readiness.Ready(run, token, holder, completed);
      case "RUNNING" ->
          new Readiness.Running(
              run,
              token,
              holder,
              completed,
              text.find("step"),
              text.count("attempt"),
              text.find("progress"));
      case "FAILED" ->
          new Readiness.Failed(
              run,
              token,
              holder,
              completed,
              text.text("step"),
              text.text("cause"),
              text.millis("retry-after-ms"));
      default -> throw new IllegalArgumentException("the readiness state " + state + " is unknown");
    };
  }

  /** Cuts a message to {@link Readiness#LONGEST_MESSAGE} bytes of UTF-8, at a whole character. */
  static String cut(String message) {
    int bytes = 0;
    for (int i = 0; i < message.length(); ) {
      int character = message.codePointAt(i);
      bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
      if (bytes > Readiness.LONGEST_MESSAGE) {
        return message.substring(0, i);
      }
      i += Character.charCount(character);
    }
    return message;
  }
}
