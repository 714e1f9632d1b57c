package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The page about reliability is made from results. */
class ReliabilityPageTest {

  @Test
  void the_page_says_what_the_kept_results_say() throws Exception {
    if (ReliabilityPage.isWritten()) {
      ReliabilityPage.write();
    }
    assertThat(ReliabilityPage.kept())
        .as(
            "written with -Dautoinit.docs.write=true; the results are kept by a run of the profile chaos")
        .isEqualTo(ReliabilityPage.text());
  }
}
