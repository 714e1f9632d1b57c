package io.autoinit.cli;

import io.autoinit.core.Runs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code autoinit runs}. */
@Command(
    name = "runs",
    description = {
      "Lists the runs that the stores know of the application, the last written first.",
      "Each with its state, since when, and who leads or led it. Changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit runs",
      "  autoinit runs --namespace shop --all",
      "  autoinit runs --json | jq -r 'select(.event == \"run\") | .runId'"
    })
final class RunsCommand implements Callable<Integer> {

  private static final int MOST = 20;

  @Option(
      names = "--all",
      description =
          "All of them, not only the last " + MOST + "; with --json these are always all.")
  private boolean all;

  @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

  private final Start start;
  private final Console console;

  RunsCommand(Start start, Console console) {
    this.start = start;
    this.console = console;
  }

  @Override
  public Integer call() {
    return start.answering(
        // None has to be named to look at all of them, in production neither.
        builder -> {
          builder.set("autoinit.run-id", "any", "autoinit runs");
          timeout.applyTo(builder);
        },
        autoInit -> {
          tell(autoInit.runs());
          return ExitCode.DONE.code();
        });
  }

  private void tell(Runs runs) {
    List<RunLine> lines = runs.known().stream().map(RunLine::of).toList();
    int older = start.speaksToPeople() && !all ? Math.max(0, lines.size() - MOST) : 0;
    lines.stream()
        .limit(lines.size() - older)
        .forEach(line -> start.answer("run", line.lines(), line.fields()));
    runs.away()
        .ifPresent(
            why ->
                start.answer(
                    "away",
                    new Block().add("away", why + "; told from the other store").lines(),
                    Map.of("reason", why)));
    if (start.speaksToPeople() && lines.isEmpty()) {
      console.out().println("nothing is recorded of any run of " + runs.namespace());
    } else if (older > 0) {
      console.out().printf("and %d older: autoinit runs --all%n", older);
    }
  }
}
