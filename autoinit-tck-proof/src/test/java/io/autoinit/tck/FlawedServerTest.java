package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.autoinit.tck.history.History;
import io.autoinit.tck.history.HistoryChecker;
import io.autoinit.tck.history.HistoryEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The history finds what a server gets wrong between processes. */
class FlawedServerTest {

  /** What a busy machine keeps one history from meeting, one of so many meets. */
  private static final int HISTORIES = 6;

  /** The messages of the verdicts on processes, by rule, from histories until all rules are met. */
  private static Map<String, String> broken(SocketMemoryServer.Flaw flaw, String... rules) {
    Map<String, String> broken = new HashMap<>();
    for (int i = 0; i < HISTORIES && !broken.keySet().containsAll(List.of(rules)); i++) {
      broken.putAll(brokenInOne(flaw));
    }
    return broken;
  }

  private static Map<String, String> brokenInOne(SocketMemoryServer.Flaw flaw) {
    FlawedServerTck.FLAW.set(flaw);
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("autoinit.tck.report", "off")
        .selectors(
            selectMethod(FlawedServerTck.class, "neverHeldTwiceAmongProcesses"),
            selectMethod(FlawedServerTck.class, "tokensAlwaysIncreaseAmongProcesses"),
            selectMethod(FlawedServerTck.class, "neverRevivedAmongProcesses"))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .map(event -> event.getPayload(TestExecutionResult.class).orElseThrow())
        .map(result -> String.valueOf(result.getThrowable().orElseThrow().getMessage()))
        .collect(Collectors.toMap(message -> message.split(" ", 2)[0], message -> message));
  }

  @Test
  void a_lock_that_is_taken_from_a_frozen_process_before_its_time() throws IOException {
    Map<String, String> broken = broken(SocketMemoryServer.Flaw.SILENCE_IS_DEATH, "LOCK-1");
    assertThat(broken).containsOnlyKeys("LOCK-1");
    assertThat(broken.get("LOCK-1")).contains("was held twice", "child-", ". Look at: ");
    History history = History.read(file(broken.getOrDefault("LOCK-1", "")));
    assertThat(history.events()).anyMatch(HistoryEvent.Paused.class::isInstance);
    assertThat(HistoryChecker.check(history)).isNotEmpty();
  }

  private static Path file(String message) {
    var file = Pattern.compile("The whole history is in (\\S+)\\. ").matcher(message);
    assertThat(file.find()).isTrue();
    return Path.of(file.group(1));
  }

  @Test
  void tokens_of_each_connection_and_a_process_that_believes_in_its_lost_lease() {
    Map<String, String> broken =
        broken(SocketMemoryServer.Flaw.OWN_TOKENS_AND_BLIND_RENEWALS, "LOCK-2", "LOCK-6");
    // A lease that only seems to be renewed also overlaps the next.
    assertThat(broken).containsKeys("LOCK-2", "LOCK-6");
    assertThat(broken.get("LOCK-2")).contains("was given with token");
    assertThat(broken.get("LOCK-6")).contains("returned true although");
  }
}
