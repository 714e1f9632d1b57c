package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import io.autoinit.core.RunStatus;
import io.autoinit.spi.BackendUnavailableException;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code autoinit status}. */
@Command(
    name = "status",
    description = {
      "Tells what happens to a run: state, leader, step, heartbeat, lock, last failure, nodes.",
      "Ends with 0 whenever it could tell; 'ready check' answers scripts. Changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit status --run-id v42",
      "  autoinit status --run-id v42 --watch",
      "  autoinit status --json | jq -r .state"
    })
final class StatusCommand implements Callable<Integer> {

  /**
   * Two stores are asked each time, and further ones now and then: two queries a second at most.
   */
  private static final long PAUSE_MILLIS = 1_500;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

  @Option(
      names = "--watch",
      description =
          "Tell it again until Ctrl-C: redrawn every 1.5 s on a terminal, elsewhere when it"
              + " changes.")
  private boolean watch;

  private final Start start;
  private final Console console;
  private boolean away;

  StatusCommand(Start start, Console console) {
    this.start = start;
    this.console = console;
  }

  @Override
  public Integer call() {
    return start.answering(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
        },
        autoInit -> {
          StatusReport report = watch ? seen(autoInit) : StatusReport.of(autoInit.status());
          start.answer("status", report.lines(), report.fields());
          if (watch) {
            watch(autoInit, report);
          }
          return ExitCode.DONE.code();
        });
  }

  /** With the time of the look: who comes back to a screen sees how old it is. */
  private StatusReport seen(AutoInit autoInit) {
    RunStatus status = autoInit.status();
    return StatusReport.seenAt(
        TIME.format(console.clock().instant().atZone(console.clock().getZone())), status);
  }

  /** Ends by a signal. A store that is away is told, and asked again. */
  private void watch(AutoInit autoInit, StatusReport first) {
    StatusReport told = first;
    while (pause()) {
      Optional<StatusReport> report = look(autoInit);
      if (report.isPresent() && (redraws() || !report.get().saysTheSameAs(told))) {
        tell(report.get(), told);
        told = report.get();
      }
    }
  }

  /** A store that is away is told once, until it is back. */
  private Optional<StatusReport> look(AutoInit autoInit) {
    try {
      StatusReport report = seen(autoInit);
      away = false;
      return Optional.of(report);
    } catch (BackendUnavailableException e) {
      if (!away) {
        away = true;
        console.complain(Failure.sentence(e) + "; what stands above is old");
      }
      return Optional.empty();
    }
  }

  private boolean redraws() {
    return console.screen() && start.speaksToPeople();
  }

  private void tell(StatusReport report, StatusReport before) {
    if (redraws()) {
      // Up to its first line, and away with all below.
      console.out().printf("\u001b[%dA\u001b[J", before.lines().size());
    } else if (start.speaksToPeople()) {
      console.out().println();
    }
    start.answer("status", report.lines(), report.fields());
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
