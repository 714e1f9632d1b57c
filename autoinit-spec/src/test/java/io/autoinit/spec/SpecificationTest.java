package io.autoinit.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol holds what it promises, in the model; spoilt in one place, it does not. */
// All runs share two cores with the rest of the build.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SpecificationTest {

  @TempDir static Path directory;

  private static final ExecutorService PAIR = Executors.newFixedThreadPool(2);
  private static final Map<Model, Future<Tlc.Outcome>> MODELS = new EnumMap<>(Model.class);
  private static final Map<Variant, Future<Tlc.Outcome>> VARIANTS = new EnumMap<>(Variant.class);

  @BeforeAll
  static void startAll() {
    for (Model model : Model.values()) {
      MODELS.put(
          model, PAIR.submit(() -> Tlc.check(directory.resolve(model.name()), model.text())));
    }
    for (Variant variant : Variant.values()) {
      VARIANTS.put(
          variant,
          PAIR.submit(() -> Tlc.check(directory.resolve("not " + variant.name()), variant.text())));
    }
  }

  @AfterAll
  static void stopAll() {
    PAIR.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void a_model_holds_in_all_its_states(Model model) throws Exception {
    Tlc.Outcome outcome = outcome(MODELS, model);
    assertThat(outcome.holds()).as(outcome.output()).isTrue();
    assertThat(outcome.states()).isGreaterThanOrEqualTo(model.leastStates());
  }

  @ParameterizedTest
  @EnumSource
  void a_spoilt_protocol_violates_what_is_expected(Variant variant) throws Exception {
    Tlc.Outcome outcome = outcome(VARIANTS, variant);
    assertThat(outcome.violates(variant.violates()))
        .as("%s is violated by %s: %s", variant.violates(), variant.what(), outcome.output())
        .isTrue();
  }

  @Test
  void the_page_shows_the_models_and_the_variants() throws Exception {
    Map<Model, Long> states = new EnumMap<>(Model.class);
    for (Model model : Model.values()) {
      states.put(model, outcome(MODELS, model).states());
    }
    Page.requireBlock("models", Page.models(states));
    Page.requireBlock("variants", Page.variants());
  }

  private static <K> Tlc.Outcome outcome(Map<K, Future<Tlc.Outcome>> runs, K run)
      throws InterruptedException, ExecutionException {
    return Objects.requireNonNull(runs.get(run)).get();
  }
}
