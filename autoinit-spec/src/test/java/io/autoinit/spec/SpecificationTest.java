package io.autoinit.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model of both phases holds, and a spoilt variant of each promise that some variant breaks
 * does not. {@link WholeSpecificationTest} checks all of them.
 */
// All runs share two cores with the rest of the build.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SpecificationTest {

  private static final Model MODEL = Model.NODE_PHASE;

  /** For each promise the variant that TLC is done with soonest. */
  private static final Set<Variant> VARIANTS =
      EnumSet.of(
          Variant.NO_FENCING,
          Variant.LOCK_FREED_WITHOUT_LEDGER,
          Variant.NO_SECOND_READ,
          Variant.SILENCE_IGNORED,
          Variant.FAILURE_UNDER_LOCK,
          Variant.NODE_LOCK_FREED,
          Variant.NODE_NOT_WAITING);

  @TempDir static Path directory;

  private static Runs runs;

  @BeforeAll
  static void start() {
    runs = Runs.start(directory, Set.of(MODEL), VARIANTS);
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

  @Test
  void a_model_holds_in_all_its_states() throws Exception {
    runs.requireHolds(MODEL);
    assertThat(Page.text()).contains(Page.row(MODEL, runs.outcome(MODEL).states()));
  }

  static Set<Variant> variants() {
    return VARIANTS;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void a_spoilt_protocol_violates_what_is_expected(Variant variant) throws Exception {
    runs.requireViolates(variant);
  }

  @Test
  void each_promise_that_some_variant_breaks_is_broken_here() {
    assertThat(VARIANTS.stream().map(Variant::violates).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Variant.values()).map(Variant::violates).collect(Collectors.toSet()));
  }

  @Test
  void the_page_shows_the_variants() throws Exception {
    Page.requireBlock("variants", Page.variants());
  }
}
