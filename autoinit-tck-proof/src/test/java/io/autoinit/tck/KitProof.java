package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The kit finds each flaw, by the rules that the flaw breaks; and all of it by no others. */
abstract class KitProof {

  private static final Map<Enum<?>, EngineExecutionResults> RESULTS = new HashMap<>();

  /**
   * Verdicts on a history, in which a violation comes by chance and not in each run; {@link
   * FlawedServerTest} plays as many as it takes, HistoryCheckerTest judges written ones.
   */
  private static final Set<String> FOUND_BY_CHANCE =
      Set.of(
          "neverHeldTwice",
          "neverHeldTwiceAmongProcesses",
          "neverRevived",
          "neverRevivedAmongProcesses",
          "tokensAlwaysIncrease",
          "tokensAlwaysIncreaseAmongProcesses");

  /**
   * Side by side, since most of the time is spent waiting.
   *
   * @param tests what of the kit is to be run against a flaw
   */
  static void runTheKit(Function<Flaw, List<? extends DiscoverySelector>> tests) throws Exception {
    // Another class of this JVM may have run less of the kit.
    RESULTS.clear();
    String seconds = System.setProperty("autoinit.tck.history.seconds", "1");
    // Alone: to the others, the thread that it leaves behind would be their own.
    RESULTS.put(
        Flaw.THREAD_LEFT_AFTER_CLOSE,
        run(Flaw.THREAD_LEFT_AFTER_CLOSE, tests.apply(Flaw.THREAD_LEFT_AFTER_CLOSE)));
    ExecutorService threads = Executors.newFixedThreadPool(16, work -> new Thread(work, "tck-kit"));
    Map<Enum<?>, Future<EngineExecutionResults>> running = new HashMap<>();
    for (NetworkFlaw flaw : NetworkFlaw.values()) {
      running.put(flaw, threads.submit(() -> run(flaw)));
    }
    for (Flaw flaw : Flaw.values()) {
      if (!RESULTS.containsKey(flaw)) {
        running.put(flaw, threads.submit(() -> run(flaw, tests.apply(flaw))));
      }
    }
    for (Map.Entry<Enum<?>, Future<EngineExecutionResults>> kit : running.entrySet()) {
      RESULTS.put(kit.getKey(), kit.getValue().get(5, TimeUnit.MINUTES));
    }
    threads.shutdown();
    if (seconds == null) {
      System.clearProperty("autoinit.tck.history.seconds");
    } else {
      System.setProperty("autoinit.tck.history.seconds", seconds);
    }
  }

  /** All of the kit. */
  static List<DiscoverySelector> all() {
    return List.of(selectClass(FlawedTck.class));
  }

  private static EngineExecutionResults run(Flaw flaw, List<? extends DiscoverySelector> selected) {
    FlawedTck.FLAW.set(flaw);
    return run(selected);
  }

  private static EngineExecutionResults run(NetworkFlaw flaw) {
    FlawedNetworkTck.FLAW.set(flaw);
    return run(
        flaw.tests().stream().map(test -> selectMethod(FlawedNetworkTck.class, test)).toList());
  }

  private static EngineExecutionResults run(List<? extends DiscoverySelector> selected) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selected.toArray(DiscoverySelector[]::new))
        .configurationParameter(ConformanceReport.PARAMETER, "off")
        .execute();
  }

  @ParameterizedTest
  @EnumSource
  void each_flaw_breaks_exactly_its_rules(Flaw flaw) {
    requireBroken(flaw, flaw.found());
  }

  @ParameterizedTest
  @EnumSource
  void each_flaw_behind_a_network_breaks_exactly_its_rules(NetworkFlaw flaw) {
    requireBroken(flaw, flaw.found());
  }

  private static void requireBroken(Enum<?> flaw, Set<String> expected) {
    List<Event> failed = results(flaw).testEvents().failed().list();
    var rules = new TreeSet<String>();
    failed.forEach(event -> rules.add(rule(event)));
    if (flaw == Flaw.CLOSE_RELEASES_ANOTHERS) {
      // Found in a race too, if a lease ends there before it is closed.
      rules.remove("LOCK-1");
    }
    assertThat(rules)
        .as(() -> failed.stream().map(KitProof::message).collect(Collectors.joining("\n")))
        .isEqualTo(new TreeSet<>(expected));
  }

  @Test
  void each_failure_says_what_is_wrong_and_where_to_look() {
    assertThat(RESULTS.values().stream().flatMap(result -> result.testEvents().failed().stream()))
        .hasSizeGreaterThan(80)
        .allSatisfy(
            event ->
                assertThat(message(event))
                    .contains(" is broken: ", ". Look at: ", "docs/contract.md, "));
  }

  @Test
  void every_rule_of_the_contract_is_found_broken_by_some_flaw() throws IOException {
    var found = new TreeSet<String>();
    RESULTS
        .values()
        .forEach(r -> r.testEvents().failed().stream().forEach(e -> found.add(rule(e))));
    assertThat(found).containsExactlyInAnyOrderElementsOf(ContractTest.headings());
  }

  @Test
  void every_test_of_the_kit_is_failed_by_some_flaw() {
    var failed = new TreeSet<String>();
    RESULTS
        .values()
        .forEach(r -> r.testEvents().failed().stream().forEach(e -> failed.add(method(e))));
    assertThat(
            Stream.of(BackendTck.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .filter(name -> !failed.contains(name)))
        .isSubsetOf(FOUND_BY_CHANCE);
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
            "LOCK-5: the test class offers no fault 'network': override faults() to add it",
            "LOCK-1: the store lives in the memory of this process");
    assertThat(results(Flaw.ROLES_OVERSTATED).testEvents().aborted().list())
        .extracting(KitProof::message)
        .contains("no fault 'network': nothing to cut");
    assertThat(
            results(Flaw.ROLES_OVERSTATED).testEvents().aborted().list().stream()
                .filter(event -> rule(event).startsWith("MARK-"))
                .map(KitProof::message))
        .isNotEmpty()
        .containsOnly("a backend of type 'memory' offers no markers");
  }

  private static EngineExecutionResults results(Enum<?> flaw) {
    return Objects.requireNonNull(RESULTS.get(flaw));
  }

  private static String rule(Event event) {
    String name = event.getTestDescriptor().getDisplayName();
    return name.substring(0, name.indexOf(' '));
  }

  private static String method(Event event) {
    return event
        .getTestDescriptor()
        .getSource()
        .map(source -> ((MethodSource) source).getMethodName())
        .orElseThrow();
  }

  private static String message(Event event) {
    return event
        .getPayload(TestExecutionResult.class)
        .flatMap(TestExecutionResult::getThrowable)
        .map(thrown -> String.valueOf(thrown.getMessage()))
        .orElse("");
  }
}
