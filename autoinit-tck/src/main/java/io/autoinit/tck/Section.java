package io.autoinit.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;

/**
 * What a report says of one test class.
 *
 * @param testClass its name
 * @param facts of its backend
 * @param rules what became of each rule, in the order of the contract
 * @param time how long the class took
 * @param trouble what went wrong outside of any test; empty if nothing
 */
record Section(
    String testClass,
    Facts facts,
    Map<RuleId, List<Result>> rules,
    Duration time,
    Optional<String> trouble) {

  /** What became of one test: the reason why it is broken or skipped, else an empty text. */
  record Result(String title, Outcome outcome, String reason, Duration time) {

    /** A test that runs several times counts once. */
    Result and(Result again) {
      Outcome both = Outcome.ofAll(List.of(outcome, again.outcome));
      return new Result(
          title, both, both == outcome ? reason : again.reason, time.plus(again.time));
    }
  }

  /** Puts results, named by id and title, below their rules; tests that have none were not run. */
  static Map<RuleId, List<Result>> rules(Map<RuleId.Named, Result> results) {
    Map<RuleId, Map<String, Result>> sorted = new TreeMap<>();
    Arrays.stream(BackendTck.class.getMethods())
        .filter(method -> method.isAnnotationPresent(DisplayName.class))
        .map(method -> RuleId.in(method.getAnnotation(DisplayName.class).value()))
        .flatMap(Optional::stream)
        .forEach(
            test ->
                sorted
                    .computeIfAbsent(test.rule(), rule -> new TreeMap<>())
                    .put(
                        test.title(),
                        new Result(test.title(), Outcome.NOT_RUN, "", Duration.ZERO)));
    results.forEach(
        (test, result) ->
            sorted.computeIfAbsent(test.rule(), rule -> new TreeMap<>()).put(test.title(), result));
    Map<RuleId, List<Result>> rules = new TreeMap<>();
    sorted.forEach((rule, tests) -> rules.put(rule, new ArrayList<>(tests.values())));
    return rules;
  }

  static Outcome outcome(Collection<Result> tests) {
    return Outcome.ofAll(tests.stream().map(Result::outcome).toList());
  }

  static Duration time(Collection<Result> tests) {
    return tests.stream().map(Result::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** How many rules ended in each way. */
  Map<Outcome, Long> totals() {
    return rules.values().stream()
        .collect(
            Collectors.groupingBy(Section::outcome, () -> new TreeMap<>(), Collectors.counting()));
  }

  /** The totals as a person reads them. */
  String summary() {
    Map<Outcome, Long> totals = totals();
    String summary =
        "%d rules held, %d broken, %d skipped"
            .formatted(
                totals.getOrDefault(Outcome.HELD, 0L),
                totals.getOrDefault(Outcome.BROKEN, 0L),
                totals.getOrDefault(Outcome.SKIPPED, 0L));
    long notRun = totals.getOrDefault(Outcome.NOT_RUN, 0L);
    return notRun == 0 ? summary : summary + ", " + notRun + " not run";
  }
}
