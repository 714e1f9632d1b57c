package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the page says of a run. */
class SummaryTest {

  private static final String MISSED = "may have missed";

  @Test
  void a_run_of_before_misses_were_looked_at_says_what_its_figures_may_count() {
    assertThat(Summary.read(ConfigFactory.parseString(OF_BEFORE)).toMarkdown()).contains(MISSED);
  }

  @Test
  void a_run_that_tells_misses_apart_says_so_when_it_is_kept_and_read_again() {
    Summary today =
        new Summary(1, 2, 1, 60, "17", true, "no load", List.of(), List.of(), List.of());

    Summary kept = Summary.read(ConfigFactory.parseMap(today.toMap()));

    assertThat(kept).isEqualTo(today);
    assertThat(kept.toMarkdown()).contains("Struck is a fleet").doesNotContain(MISSED);
  }

  private static final String OF_BEFORE =
      """
      { seed = 1, fleets = 2, lanes = 1, seconds = 60, java = "17", load = "no load", rows = [], broken = [], left-out = [] }
      """;
}
