package io.autoinit.cli;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.Phase;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Draws on a terminal what goes on now, below the story of the start: phase, step, since when. */
final class LiveView implements InitListener, AutoCloseable {

  private static final Duration FRAME = Duration.ofMillis(120);
  private static final String SPINNER = "|/-\\";

  private final InitListener story;
  private final StatusLine line;
  private final Clock clock;
  private final Thread drawer;
  private Optional<Phase> phase = Optional.empty();
  private String doing = "";
  private String last = "";
  private Instant since;
  private int frame;
  private boolean closed;

  LiveView(InitListener story, StatusLine line, Clock clock) {
    this.story = story;
    this.line = line;
    this.clock = clock;
    this.since = clock.instant();
    this.drawer = new Thread(this::draw, "autoinit-live");
    drawer.setDaemon(true);
    drawer.start();
  }

  @Override
  public void on(InitEvent event) {
    story.on(event);
    note(event);
  }

  private synchronized void note(InitEvent event) {
    if (event instanceof InitEvent.PhaseStarted e) {
      begins(e.phase(), "starts");
    } else if (event instanceof InitEvent.Waiting e) {
      begins(e.phase(), "waits: " + e.reason());
    } else if (event instanceof InitEvent.LeaderProgress e) {
      last = e.progress();
    } else if (event instanceof InitEvent.LeaseAcquired e) {
      begins(e.phase(), "leads");
    } else if (event instanceof InitEvent.StepStarted e) {
      begins(e.phase(), e.step() + (e.attempt() > 1 ? ", attempt " + e.attempt() : ""));
    } else if (event instanceof InitEvent.StepProgress e) {
      last = e.message();
    } else if (event instanceof InitEvent.StepOutput e) {
      last = e.line();
    } else if (event instanceof InitEvent.StepSucceeded e) {
      begins(e.phase(), "leads");
    } else if (event instanceof InitEvent.StepFailed e) {
      begins(e.phase(), e.step() + " failed");
    }
  }

  private void begins(Phase now, String what) {
    phase = Optional.of(now);
    doing = what;
    last = "";
    since = clock.instant();
  }

  private synchronized void draw() {
    try {
      while (!closed) {
        if (phase.isPresent()) {
          frame = (frame + 1) % SPINNER.length();
          line.show(
              "%s %s  %s (%s)%s"
                  .formatted(
                      SPINNER.charAt(frame),
                      phase.get().label(),
                      doing,
                      elapsed(),
                      last.isEmpty() ? "" : " " + last));
        }
        wait(FRAME.toMillis());
      }
    } catch (InterruptedException | IOException e) {
      // A terminal that is gone shows nothing.
      closed = true;
    }
  }

  private String elapsed() {
    return Humanized.duration(
            Duration.ofSeconds(Duration.between(since, clock.instant()).toSeconds()))
        .replace("0 ms", "0 s");
  }

  /** Takes the line away for good. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    try {
      line.erase();
    } catch (IOException e) {
      // A terminal that is gone shows nothing.
    }
  }
}
