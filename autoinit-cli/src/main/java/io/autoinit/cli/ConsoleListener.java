package io.autoinit.cli;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells the story of a start in plain lines, to somebody who has never seen one: who leads, who
 * waits for whom and how long, what ran, what was skipped and why.
 */
final class ConsoleListener implements InitListener {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(10);
  private static final int SUBJECT_WIDTH = Phase.INFRASTRUCTURE.label().length();

  /** In fewer columns the terminal itself breaks lines better. */
  private static final int FEWEST_FOR_TEXT = 30;

  /** How much of the story is told. */
  enum Detail {
    /** Only what went wrong or might. */
    TROUBLE,
    /** The story of a start. */
    STORY,
    /** Also what happens all the time. */
    ALL
  }

  private final PrintStream out;
  private final Clock clock;
  private final Detail detail;
  private final boolean paints;
  private final OptionalInt columns;
  private final Set<String> coming = new HashSet<>();
  private Instant quietUntil = Instant.MIN;

  /**
   * Creates the listener.
   *
   * @param console where the lines go, with the time and zone that they show
   * @param detail how much is told
   */
  ConsoleListener(Console console, Detail detail) {
    this.out = console.err();
    this.clock = console.clock();
    this.paints = console.paintsStory();
    this.columns = console.storyColumns();
    this.detail = detail;
  }

  @Override
  public void on(InitEvent event) {
    if (detail == Detail.TROUBLE) {
      trouble(event).ifPresent(line -> print(event, line));
    } else {
      trouble(event).or(() -> story(event)).ifPresent(line -> print(event, line));
    }
  }

  private void print(InitEvent event, Line line) {
    List<String> lines = Humanized.harmless(line.text).strip().lines().toList();
    String prefix =
        "autoinit %s %s  "
            .formatted(
                TIME.format(clock.instant().atZone(clock.getZone())),
                padded(Humanized.harmless(line.subject)));
    out.println(prefix + (lines.isEmpty() ? "" : fitted(event, lines.get(0), prefix.length())));
    lines.stream()
        .skip(1)
        .forEach(more -> out.println(prefix + "  " + fitted(event, more, prefix.length() + 2)));
  }

  /** On a terminal a line goes on below its beginning; elsewhere one thing is one line. */
  private String fitted(InitEvent event, String text, int margin) {
    int width = columns.orElse(0) - margin;
    if (width < FEWEST_FOR_TEXT) {
      return painted(event, text);
    }
    return Humanized.wrapped(text, width).stream()
        .map(line -> painted(event, line))
        .collect(Collectors.joining(System.lineSeparator() + " ".repeat(margin)));
  }

  private String painted(InitEvent event, String text) {
    return paints ? Colours.painted(event, text) : text;
  }

  private static String padded(String subject) {
    return subject + " ".repeat(Math.max(0, SUBJECT_WIDTH - subject.length()));
  }

  private Optional<Line> trouble(InitEvent event) {
    if (event instanceof InitEvent.Warned e) {
      return line("warning", e.message());
    }
    if (event instanceof InitEvent.BackendTroubled e) {
      coming.remove(e.backend());
      return line(e.backend(), "in trouble: %s; %s".formatted(e.reason(), e.consequence()));
    }
    if (event instanceof InitEvent.LeaseLost e) {
      return line(e.phase(), "lost the lease: %s".formatted(e.reason()));
    }
    if (event instanceof InitEvent.StepFailed e) {
      return line(
          e.phase(),
          "%s: attempt %d failed: %s; %s"
              .formatted(e.step(), e.attempt(), e.reason(), afterFailure(e)));
    }
    if (event instanceof InitEvent.StepStuck e) {
      return line(e.phase(), "%s: does not stop; %s".formatted(e.step(), e.consequence()));
    }
    if (event instanceof InitEvent.PhaseFailed e) {
      return line(e.phase(), "failed after %s".formatted(took(e.took())));
    }
    return Optional.empty();
  }

  private static String afterFailure(InitEvent.StepFailed failed) {
    if (failed.retryIn().isPresent()) {
      return "next attempt in " + took(failed.retryIn().get());
    }
    return failed.onFailure() == OnFailure.CONTINUE
        ? "the phase goes on without it"
        : "the phase ends";
  }

  private Optional<Line> story(InitEvent event) {
    if (event instanceof InitEvent.PhaseStarted e) {
      return line(
          e.phase(),
          "starts for run %s of %s: %s"
              .formatted(
                  e.runId(),
                  e.namespace(),
                  e.steps().isEmpty() ? "no steps" : String.join(", ", e.steps())));
    }
    if (event instanceof InitEvent.PhaseSkipped e) {
      return line(e.phase(), "nothing to do (%s): %s".formatted(took(e.took()), e.reason()));
    }
    if (event instanceof InitEvent.PhaseCompleted e) {
      return line(e.phase(), "done in %s: %s".formatted(took(e.took()), outcome(e)));
    }
    if (event instanceof InitEvent.Waiting e) {
      return line(
          e.phase(),
          (e.whileProgressing()
                  ? "waits while the leader gets on, else for %s at most: %s"
                  : "waits, for %s at most: %s")
              .formatted(took(e.left()), e.reason()));
    }
    if (event instanceof InitEvent.LeaderProgress e) {
      return rarely(e);
    }
    if (event instanceof InitEvent.Claimed e) {
      return line(e.phase(), "is a candidate: %s".formatted(e.reason()));
    }
    if (event instanceof InitEvent.LeaseAcquired e) {
      return line(
          e.phase(),
          "leads: holds lock %s with token %d, after %s"
              .formatted(e.lock(), e.token(), took(e.waited())));
    }
    if (event instanceof InitEvent.NothingRecorded e) {
      return line(
          e.phase(),
          "nothing is recorded of this run in %s: every step runs"
              .formatted(String.join(" and ", e.asked())));
    }
    if (event instanceof InitEvent.TakenOver e) {
      return line(
          e.phase(),
          "takes over from %s; %s"
              .formatted(
                  e.from(),
                  e.completed().isEmpty()
                      ? "it had completed no step"
                      : "not repeated: " + String.join(", ", e.completed())));
    }
    if (event instanceof InitEvent.LeaseReleased e) {
      return line(e.phase(), "released lock %s".formatted(e.lock()));
    }
    if (event instanceof InitEvent.HookRan e) {
      return line(
          e.phase(),
          "%s: ran '%s' in %s"
              .formatted(e.setting().replace("autoinit.", ""), e.command(), took(e.took())));
    }
    if (event instanceof InitEvent.BackendComing e) {
      coming.add(e.backend());
      return line(e.backend(), "not there yet: %s; %s".formatted(e.reason(), e.consequence()));
    }
    if (event instanceof InitEvent.BackendRecovered e) {
      return line(e.backend(), coming.remove(e.backend()) ? "is there" : "answers again");
    }
    if (event instanceof InitEvent.LeaseRenewed e && detail == Detail.ALL) {
      return line(e.phase(), "renewed the lease in %s".formatted(took(e.took())));
    }
    return step(event);
  }

  /** A leader that tells much must not fill the logs of all that wait for it. */
  private Optional<Line> rarely(InitEvent.LeaderProgress event) {
    Instant now = clock.instant();
    if (detail != Detail.ALL && now.isBefore(quietUntil)) {
      return Optional.empty();
    }
    quietUntil = now.plus(PROGRESS_EVERY);
    return line(
        event.phase(),
        "waits: %s runs %s%s: %s"
            .formatted(
                event.leader(),
                event.step(),
                event.attempt() > 1 ? ", attempt " + event.attempt() : "",
                event.progress()));
  }

  private static Optional<Line> step(InitEvent event) {
    if (event instanceof InitEvent.StepStarted e) {
      return line(
          e.phase(),
          "%s: starts%s".formatted(e.step(), e.attempt() > 1 ? ", attempt " + e.attempt() : ""));
    }
    if (event instanceof InitEvent.StepProgress e) {
      return line(e.phase(), "%s: %s".formatted(e.step(), e.message()));
    }
    if (event instanceof InitEvent.StepOutput e) {
      return line(e.phase(), "%s | %s".formatted(e.step(), e.line()));
    }
    if (event instanceof InitEvent.StepSucceeded e) {
      return line(e.phase(), "%s: done in %s".formatted(e.step(), took(e.took())));
    }
    if (event instanceof InitEvent.StepSkipped e) {
      return line(e.phase(), "%s: skipped: %s".formatted(e.step(), e.reason()));
    }
    return Optional.empty();
  }

  private static String outcome(InitEvent.PhaseCompleted done) {
    return Humanized.count(done.ran(), "step")
        + " ran"
        + (done.failed() == 0 ? "" : " (%d failed)".formatted(done.failed()))
        + (done.skipped() == 0 ? "" : ", %d done before".formatted(done.skipped()));
  }

  private static String took(Duration duration) {
    return Humanized.duration(duration);
  }

  private static Optional<Line> line(Phase phase, String text) {
    return line(phase.label(), text);
  }

  private static Optional<Line> line(String subject, String text) {
    return Optional.of(new Line(subject, text));
  }

  private record Line(String subject, String text) {}
}
