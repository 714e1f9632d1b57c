package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The kit finds each flaw, by the rules that the flaw breaks and by no others. */
class KitTest {

  private static final Map<Flaw, EngineExecutionResults> RESULTS = new EnumMap<>(Flaw.class);

  /** Side by side, since most of the time is spent waiting. */
  @BeforeAll
  static void runTheKit() throws Exception {
    // Alone: to the others, the thread that it leaves behind would be their own.
    RESULTS.put(Flaw.THREAD_LEFT_AFTER_CLOSE, run(Flaw.THREAD_LEFT_AFTER_CLOSE));
    ExecutorService threads = Executors.newFixedThreadPool(32, work -> new Thread(work, "tck-kit"));
    Map<Flaw, Future<EngineExecutionResults>> running = new EnumMap<>(Flaw.class);
    for (Flaw flaw : Flaw.values()) {
      if (!RESULTS.containsKey(flaw)) {
        running.put(flaw, threads.submit(() -> run(flaw)));
      }
    }
    for (Map.Entry<Flaw, Future<EngineExecutionResults>> kit : running.entrySet()) {
      RESULTS.put(kit.getKey(), kit.getValue().get(100, TimeUnit.SECONDS));
    }
    threads.shutdown();
  }

  private static EngineExecutionResults run(Flaw flaw) {
    FlawedTck.FLAW.set(flaw);
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(FlawedTck.class))
        .configurationParameter(ConformanceReport.PARAMETER, "off")
        .execute();
  }

  @ParameterizedTest
  @EnumSource
  void each_flaw_breaks_exactly_its_rules(Flaw flaw) {
    List<Event> failed = results(flaw).testEvents().failed().list();
    var rules = new TreeSet<String>();
    failed.forEach(event -> rules.add(rule(event)));
    assertThat(rules)
        .as(() -> failed.stream().map(KitTest::message).collect(Collectors.joining("\n")))
        .isEqualTo(new TreeSet<>(flaw.found()));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void each_failure_says_what_is_wrong_and_where_to_look(Flaw flaw) {
    assertThat(results(flaw).testEvents().failed().list())
        .isNotEmpty()
        .allSatisfy(
            event ->
                assertThat(message(event))
                    .contains(" is broken: ", ". Look at: ", "docs/contract.md, "));
  }

  @Test
  void every_rule_that_the_kit_tests_in_one_process_is_found_broken_by_some_flaw() {
    var found = new TreeSet<String>();
    Stream.of(Flaw.values()).forEach(flaw -> found.addAll(flaw.found()));
    var tested = new TreeSet<String>();
    results(Flaw.NONE).testEvents().succeeded().list().forEach(e -> tested.add(rule(e)));
    // The provider of the flawed backends takes no setting; what refuses is BackendConfig itself.
    tested.remove("BACKEND-4");
    assertThat(found).isEqualTo(tested);
  }

  @Test
  void what_cannot_be_tested_is_skipped_with_its_reason() {
    List<String> reasons = new ArrayList<>();
    results(Flaw.NONE)
        .testEvents()
        .aborted()
        .list()
        .forEach(event -> reasons.add(rule(event) + ": " + message(event)));
    assertThat(reasons)
        .contains(
            "LOCK-5: the test class offers no fault 'abandon': override faults() to add it",
            "LOCK-2: the test class offers no fault 'flush': override faults() to add it",
            "LOCK-1: the store lives in the memory of this process",
            "BACKEND-4: a backend of this type takes no settings");
    assertThat(
            results(Flaw.ROLES_OVERSTATED).testEvents().aborted().list().stream()
                .filter(event -> rule(event).startsWith("MARK-"))
                .map(KitTest::message))
        .isNotEmpty()
        .containsOnly("a backend of type 'memory' offers no markers");
  }

  private static EngineExecutionResults results(Flaw flaw) {
    return Objects.requireNonNull(RESULTS.get(flaw));
  }

  private static String rule(Event event) {
    String name = event.getTestDescriptor().getDisplayName();
    return name.substring(0, name.indexOf(' '));
  }

  private static String message(Event event) {
    return event
        .getPayload(TestExecutionResult.class)
        .flatMap(TestExecutionResult::getThrowable)
        .map(thrown -> String.valueOf(thrown.getMessage()))
        .orElse("");
  }
}
