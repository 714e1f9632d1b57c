package io.autoinit.core.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autoinit.ConfigurationException;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.core.steps.StepOrder.Registered;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepOrderTest {

  private record Step(String name, Phase phase, Set<String> after) implements InitStep {
    @Override
    public void run(StepContext context) {
      throw new AssertionError("ordering runs nothing");
    }
  }

  private static Registered infra(String name, String... after) {
    return new Registered(new Step(name, Phase.INFRASTRUCTURE, Set.of(after)), "origin of " + name);
  }

  private static Registered node(String name, String... after) {
    return new Registered(new Step(name, Phase.NODE, Set.of(after)), "node origin of " + name);
  }

  private static List<String> order(Registered... steps) {
    return StepOrder.of(List.of(steps)).getOrDefault(Phase.INFRASTRUCTURE, List.of()).stream()
        .map(InitStep::name)
        .toList();
  }

  private static List<String> problems(Registered... steps) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> order(steps));
    assertThat(refused).isNotNull();
    return refused.problems();
  }

  @Test
  void stepsWithoutAWishRunAsRegistered() {
    assertThat(order(infra("c"), infra("a"), infra("b"))).containsExactly("c", "a", "b");
  }

  @Test
  void aStepRunsAfterThoseThatItNames() {
    assertThat(order(infra("d", "b", "c"), infra("c", "a"), infra("b"), infra("a")))
        .containsExactly("b", "a", "c", "d");
  }

  @Test
  void bothPhasesAreThereAndSeparate() {
    var order = StepOrder.of(List.of(infra("a"), node("a"), node("b", "a")));
    assertThat(order.get(Phase.INFRASTRUCTURE)).extracting(InitStep::name).containsExactly("a");
    assertThat(order.get(Phase.NODE)).extracting(InitStep::name).containsExactly("a", "b");
    assertThat(StepOrder.of(List.of())).containsOnlyKeys(Phase.values());
  }

  @Test
  void everyProblemIsReportedTogether() {
    assertThat(
            problems(
                infra("seed", "migrat"),
                infra("migrate"),
                infra("seed"),
                infra("Bad"),
                node("warm", "seed")))
        .containsExactly(
            "two steps of the infrastructure phase have the name 'seed' (origin of seed and origin of seed); rename one of them",
            "the step name 'Bad' (origin of Bad) is not legal: use small letters, digits and dashes, begin with a letter, at most 64",
            "step 'seed' (origin of seed) runs after 'migrat', which is no step of the infrastructure phase; did you mean 'migrate'?",
            "step 'warm' (node origin of warm) runs after 'seed', which is a step of the other phase; name only steps of the node phase");
  }

  @Test
  void aCycleNamesItsMembersInOrder() {
    assertThat(
            problems(
                infra("first"),
                infra("behind", "a"),
                infra("a", "b"),
                infra("b", "c"),
                infra("c", "a", "first")))
        .containsExactly(
            "the steps of the infrastructure phase wait for each other: a -> b -> c -> a; take one of these out of 'after'");
    assertThat(problems(infra("self", "self"))).singleElement().asString().contains("self -> self");
  }
}
