package io.autoinit.core;

import io.autoinit.InitEvent;
import io.autoinit.Phase;
import io.autoinit.StepFailedException;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.protocol.Timeline;
import io.autoinit.core.settings.Settings;
import io.autoinit.core.steps.HookCommand;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Runs the commands that hear of the end: {@code autoinit.on-ready} in the member that published
 * READY, {@code autoinit.on-failure} in the member whose step failed. What goes wrong with them is
 * a warning.
 */
final class EndHooks {

  private static final int STEP_FAILED = 70;

  private final Settings settings;
  private final RunKey run;
  private final Timeline timeline;
  private final Events events;
  private final UnaryOperator<String> redaction;
  private boolean led;

  EndHooks(
      Settings settings,
      RunKey run,
      Timeline timeline,
      Events events,
      UnaryOperator<String> redaction) {
    this.settings = settings;
    this.run = run;
    this.timeline = timeline;
    this.events = events;
    this.redaction = redaction;
  }

  void ready() {
    led = true;
    run(
        "autoinit.on-ready",
        settings.hooks().onReady(),
        Phase.INFRASTRUCTURE,
        facts("ready", Phase.INFRASTRUCTURE, "run %s is READY".formatted(run.inWords()), 0));
  }

  void failed(Phase phase, StepFailedException failure) {
    led = led || phase == Phase.INFRASTRUCTURE;
    Map<String, String> facts =
        facts("failed", phase, redaction.apply(failure.getMessage()), STEP_FAILED);
    facts.put("AUTOINIT_STEP", failure.step());
    run("autoinit.on-failure", settings.hooks().onFailure(), phase, facts);
  }

  private Map<String, String> facts(String outcome, Phase phase, String message, int exitCode) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("AUTOINIT_RUN_ID", run.runId().value());
    facts.put("AUTOINIT_NAMESPACE", run.namespace().value());
    facts.put("AUTOINIT_OUTCOME", outcome);
    facts.put("AUTOINIT_PHASE", phase.label());
    // A variable cannot hold it.
    facts.put("AUTOINIT_MESSAGE", message.replace('\0', '?'));
    facts.put("AUTOINIT_EXIT_CODE", Integer.toString(exitCode));
    facts.put("AUTOINIT_LED", led ? "yes" : "no");
    return facts;
  }

  private void run(String key, List<String> command, Phase phase, Map<String, String> facts) {
    if (command.isEmpty()) {
      return;
    }
    Duration began = timeline.now();
    Optional<String> trouble =
        new HookCommand(
                command, HookCommand.LONGEST, settings.pace().cancelGrace().dividedBy(2), redaction)
            .run(facts);
    events.tell(
        trouble.isPresent()
            ? new InitEvent.Warned(
                "The command '%s' (%s) %s; the start %s as if it had not been run"
                    .formatted(
                        command.get(0),
                        key,
                        trouble.get(),
                        facts.containsKey("AUTOINIT_STEP") ? "ends" : "goes on"))
            : new InitEvent.HookRan(phase, key, command.get(0), timeline.now().minus(began)));
  }
}
