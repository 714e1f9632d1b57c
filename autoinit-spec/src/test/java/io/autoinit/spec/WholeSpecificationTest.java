package io.autoinit.spec;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol holds what it promises, in each model; spoilt in one place, it does not. */
@Tag("long")
// All runs share two cores with the rest of the build, and the first test waits for most of them.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class WholeSpecificationTest {

  @TempDir static Path directory;

  private static Runs runs;

  @BeforeAll
  static void start() {
    runs = Runs.start(directory, List.of(Model.values()), List.of(Variant.values()));
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_model_holds_in_all_its_states(Model model) throws Exception {
    runs.requireHolds(model);
  }

  @ParameterizedTest
  @EnumSource
  void a_spoilt_protocol_violates_what_is_expected(Variant variant) throws Exception {
    runs.requireViolates(variant);
  }

  @Test
  void the_page_shows_the_models() throws Exception {
    Map<Model, Long> states = new EnumMap<>(Model.class);
    for (Model model : Model.values()) {
      states.put(model, runs.outcome(model).states());
    }
    Page.requireBlock("models", Page.models(states));
  }
}
