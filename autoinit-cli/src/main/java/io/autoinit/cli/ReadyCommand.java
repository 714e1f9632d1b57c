package io.autoinit.cli;

import io.autoinit.core.RunStatus;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code autoinit ready}: its three commands look at, set and clear readiness by hand. */
@Command(
    name = "ready",
    description = "Looks at the readiness of a run, sets it or clears it by hand.",
    footer = {
      "",
      "Examples:",
      "  autoinit ready check --run-id v42",
      "  autoinit ready clear --run-id v42"
    })
final class ReadyCommand {

  /** {@code autoinit ready check}. */
  @Command(
      name = "check",
      description = {
        "Prints what the fleet knows of a run: state, holder, age, completed steps.",
        "Ends with 0 if the run is READY, else with 75; with --quiet that is the answer.",
        "Touches nothing."
      },
      footer = {
        "",
        "Examples:",
        "  autoinit ready check --run-id v42",
        "  until autoinit ready check --quiet; do sleep 1; done"
      })
  static final class Check implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();
    @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

    private final Start start;

    Check(Start start) {
      this.start = start;
    }

    @Override
    public Integer call() {
      return start.answering(
          builder -> {
            runId.applyTo(builder);
            timeout.applyTo(builder);
          },
          autoInit -> {
            Optional<Observed<Readiness>> found = autoInit.readiness();
            if (found.isEmpty() && start.answersByCodeAlone()) {
              return ExitCode.TIMED_OUT.code();
            }
            ReadinessReport report =
                found.map(ReadinessReport::of).orElseGet(() -> ofNone(autoInit.status()));
            if (!start.answersByCodeAlone()) {
              start.answer("readiness", report.lines(), report.fields());
            }
            return report.ready() ? ExitCode.DONE.code() : ExitCode.TIMED_OUT.code();
          });
    }

    /** Unless somebody has begun it since. */
    private static ReadinessReport ofNone(RunStatus status) {
      return status
          .record()
          .map(ReadinessReport::of)
          .orElseGet(() -> ReadinessReport.ofNone(status.run().runId(), status.others()));
    }
  }

  /** {@code autoinit ready set}. */
  @Command(
      name = "set",
      description = {
        "Declares the infrastructure phase of a run done without running its steps.",
        "Under its lock, for work that somebody did by hand. If the lock is held, says by whom.",
        "Tells what the run was before; of one that is READY already it only says so."
      },
      footer = {"", "Examples:", "  autoinit ready set --run-id v42"})
  static final class Set implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();
    @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

    private final Start start;

    Set(Start start) {
      this.start = start;
    }

    @Override
    public Integer call() {
      return start.underLock(
          builder -> {
            runId.applyTo(builder);
            timeout.applyTo(builder);
          },
          autoInit -> {
            RunStatus before = autoInit.status();
            boolean changed = autoInit.setReady();
            ReadinessChange told = ReadinessChange.ofSet(changed, before, autoInit.status());
            start.answer("ready-set", told.lines(), told.fields());
            return ExitCode.DONE.code();
          });
    }
  }

  /** {@code autoinit ready clear}. */
  @Command(
      name = "clear",
      description = {
        "Takes the readiness of a run back, and says what it was.",
        "Its next start runs the infrastructure phase again, all steps of it; so a run that is READY is",
        "cleared only after a question on the terminal, or with --yes."
      },
      footer = {
        "",
        "Examples:",
        "  autoinit ready clear --run-id v42",
        "  autoinit ready clear --run-id v42 --yes --json"
      })
  static final class Clear implements Callable<Integer> {

    @Mixin private final RunIdOption runId = new RunIdOption();
    @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

    @Option(
        names = {"-y", "--yes"},
        description = "Clear a run that is READY without asking.")
    private boolean yes;

    private final Start start;
    private final Console console;

    Clear(Start start, Console console) {
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
            RunStatus before = autoInit.status();
            if (isReady(before) && !yes && !isConfirmed(before)) {
              return ExitCode.USAGE.code();
            }
            boolean changed = autoInit.clearReady(before);
            ReadinessChange told = ReadinessChange.ofClear(changed, before);
            start.answer("ready-cleared", told.lines(), told.fields());
            return ExitCode.DONE.code();
          });
    }

    private static boolean isReady(RunStatus status) {
      return status.record().map(Observed::value).filter(Readiness::isReady).isPresent();
    }

    private boolean isConfirmed(RunStatus status) {
      String what =
          "%s is %s"
              .formatted(
                  ReadinessChange.name(status),
                  status.record().map(StatusReport::known).orElseThrow());
      if (!start.asks()) {
        start.decline(
            what
                + ", and its next start would run every infrastructure step again: confirm with --yes");
        return false;
      }
      boolean confirmed =
          Question.isAnsweredYes(
              console,
              console.keyboard().orElseThrow(),
              what + ".\nIts next start runs every infrastructure step again. Clear it?");
      if (!confirmed) {
        start.decline("nothing was changed");
      }
      return confirmed;
    }
  }
}
