package io.autoinit.core.steps;

import io.autoinit.ConfigurationException;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.spi.Setting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The order in which steps run: each after those that it names, and otherwise as they were
 * registered.
 */
public final class StepOrder {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  private final Map<Phase, Map<String, Registered>> byName = new EnumMap<>(Phase.class);
  private final List<String> problems = new ArrayList<>();

  private final Set<String> unread;

  private StepOrder(Set<String> unread) {
    this.unread = Set.copyOf(unread);
    for (Phase phase : Phase.values()) {
      byName.put(phase, new LinkedHashMap<>());
    }
  }

  /**
   * A step and where it came from.
   *
   * @param step the step
   * @param origin for messages, for example a class name or {@code autoinit.conf: 12}
   */
  public record Registered(InitStep step, String origin) {}

  /**
   * Orders the steps of both phases.
   *
   * @param registered all steps in the order of their registration
   * @return the steps of each phase in the order in which they run; has both phases
   * @throws io.autoinit.ConfigurationException with every problem found
   */
  public static Map<Phase, List<InitStep>> of(List<Registered> registered) {
    StepOrder order = new StepOrder(Set.of());
    Map<Phase, List<InitStep>> ordered = order.ordered(registered);
    if (!order.problems.isEmpty()) {
      throw new ConfigurationException(order.problems);
    }
    return Collections.unmodifiableMap(ordered);
  }

  /**
   * What is wrong with the order, to be told beside what is wrong with the settings.
   *
   * @param registered the steps that could be read
   * @param unread the names of those that could not, after which others may run
   * @return every problem found
   */
  public static List<String> problems(List<Registered> registered, Set<String> unread) {
    StepOrder order = new StepOrder(unread);
    order.ordered(registered);
    return List.copyOf(order.problems);
  }

  private Map<Phase, List<InitStep>> ordered(List<Registered> registered) {
    registered.forEach(this::register);
    checkAfter();
    Map<Phase, List<InitStep>> ordered = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      ordered.put(phase, sorted(phase));
    }
    return ordered;
  }

  private void register(Registered registered) {
    InitStep step = registered.step();
    if (!NAME.matcher(step.name()).matches()) {
      problems.add(
          "the step name '%s' (%s) is not legal: use small letters, digits and dashes, begin with a letter, at most 64"
              .formatted(shown(step.name()), registered.origin()));
      return;
    }
    Registered other = of(step.phase()).putIfAbsent(step.name(), registered);
    if (other != null) {
      problems.add(
          "two steps of the %s phase have the name '%s' (%s and %s); rename one of them"
              .formatted(step.phase().label(), step.name(), other.origin(), registered.origin()));
    }
  }

  private Map<String, Registered> of(Phase phase) {
    return byName.computeIfAbsent(phase, p -> new LinkedHashMap<>());
  }

  private void checkAfter() {
    for (Phase phase : Phase.values()) {
      of(phase).values().forEach(registered -> checkAfter(phase, registered));
    }
  }

  private void checkAfter(Phase phase, Registered registered) {
    Map<String, Registered> steps = of(phase);
    for (String earlier : new TreeSet<>(registered.step().after())) {
      if (steps.containsKey(earlier) || unread.contains(earlier)) {
        continue;
      }
      problems.add(
          "step '%s' (%s) runs after '%s', which is %s"
              .formatted(
                  registered.step().name(),
                  registered.origin(),
                  shown(earlier),
                  isOfOther(phase, earlier)
                      ? "a step of the other phase; name only steps of the "
                          + phase.label()
                          + " phase"
                      : "no step of the %s phase%s"
                          .formatted(
                              phase.label(),
                              Setting.nearest(earlier, List.copyOf(steps.keySet()))
                                  .map(near -> "; did you mean '" + near + "'?")
                                  .orElse("; correct the name or add the step"))));
    }
  }

  private boolean isOfOther(Phase phase, String name) {
    return byName.entrySet().stream()
        .anyMatch(e -> e.getKey() != phase && e.getValue().containsKey(name));
  }

  private List<InitStep> sorted(Phase phase) {
    Map<String, InitStep> left = new LinkedHashMap<>();
    of(phase).forEach((name, registered) -> left.put(name, registered.step()));
    List<InitStep> sorted = new ArrayList<>();
    while (!left.isEmpty()) {
      Optional<InitStep> next =
          left.values().stream()
              .filter(step -> Collections.disjoint(step.after(), left.keySet()))
              .findFirst();
      if (next.isEmpty()) {
        problems.add(
            "the steps of the %s phase wait for each other: %s; take one of these out of 'after'"
                .formatted(phase.label(), String.join(" -> ", cycle(left))));
        return sorted;
      }
      sorted.add(next.get());
      left.remove(next.get().name());
    }
    return sorted;
  }

  /** Follows 'after' from any step that is left until a step comes again. */
  private static List<String> cycle(Map<String, InitStep> left) {
    Set<String> path = new LinkedHashSet<>();
    String at = left.keySet().iterator().next();
    while (path.add(at)) {
      InitStep step = left.get(at);
      at =
          left.keySet().stream()
              .filter(name -> step != null && step.after().contains(name))
              .findFirst()
              .orElse(at);
    }
    List<String> cycle = new ArrayList<>(path);
    cycle = new ArrayList<>(cycle.subList(cycle.indexOf(at), cycle.size()));
    cycle.add(at);
    return cycle;
  }

  private static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
  }
}
