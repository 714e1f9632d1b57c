package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The page about reliability is made from results. */
class ReliabilityPageTest {

  @Test
  void the_page_says_what_the_kept_results_say() throws Exception {
    assertThat(ReliabilityPage.kept())
        .as("written by a run of the profile chaos with -Dautoinit.docs.write=true")
        .isEqualTo(ReliabilityPage.text());
  }
}
